import { beforeEach, expect, test } from 'vitest';

import { language } from '../core/i18n';
import type { Json } from '../core/types';
import { said } from '../ui/said';

beforeEach(() => {
  language.value = 'en';
});

test.each<[Json, string]>([
  [null, '–'],
  [true, 'Yes'],
  ['pass', 'Pass'],
  [25.003, '25.003'],
  [{ value: 25.06, verdict: 'not_ok' }, '25.06 Not OK'],
  [['dent', 'scratch'], 'dent, scratch'],
  [[{ kind: 'dent', depth: 0.3 }], 'dent / 0.3'],
  ['pending:1', 'a picture or file'],
  ['a'.repeat(64), 'a picture or file'],
])('%j is said as %s', (value, words) => {
  expect(said(value)).toBe(words);
});
