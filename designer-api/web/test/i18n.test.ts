import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';

import { duration, language, moment, say, t, type Key } from '../core/i18n';
import { en as first } from '../core/locales/en';
import { pages as enPages } from '../core/locales/pages.en';
import { pages as zhPages } from '../core/locales/pages.zh';
import { zh as firstZh } from '../core/locales/zh';
import '../terminal/words';

const en: Record<Key, string> = { ...first, ...enPages };
const zh: Record<Key, string> = { ...firstZh, ...zhPages };

const keys = Object.keys(en) as Key[];

beforeEach(() => {
  language.value = 'en';
});

test('every language says every sentence, with the same values in it', () => {
  const values = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
  expect(Object.keys(zh).sort()).toEqual([...keys].sort());
  for (const key of keys) {
    expect(zh[key].trim(), key).not.toBe('');
    expect(values(zh[key]), key).toEqual(values(en[key]));
  }
});

test('every sentence is used somewhere', () => {
  const root = join(import.meta.dirname, '..');
  const sources = ['core', 'forms', 'ui', 'terminal'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.endsWith('locales'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  );
  const all = sources.join('\n');
  // `t(`status.${…}`)` uses a family.
  const families = [...all.matchAll(/`([a-z_]+\.)\$\{/g)].map((match) => match[1] ?? '');
  const unused = keys.filter(
    (key) => !all.includes(`'${key}'`) && !all.includes(`"${key}"`) && !families.some((family) => key.startsWith(family)),
  );
  expect(unused).toEqual([]);
});

test('values and plurals', () => {
  expect(t('task.wrong', { n: 1 })).toBe('1 answer needs you');
  expect(t('task.wrong', { n: 3 })).toBe('3 answers need you');
  expect(t('rows.row', { n: 3 })).toBe('Row 3');
  language.value = 'zh';
  expect(t('task.wrong', { n: 1 })).toBe('1 处需要处理');
});

test('texts of apps fall back to the language they were written in', () => {
  const text = { default: 'Shaft diameter', zh: '轴径' };
  expect(say(text)).toBe('Shaft diameter');
  language.value = 'zh';
  expect(say(text)).toBe('轴径');
  expect(say({ default: 'Surface' })).toBe('Surface');
});

test.each([
  [59_000, '0:59'],
  [19 * 60_000 + 42_000, '19:42'],
  [-65_000, '1:05'],
  [(3 * 60 + 12) * 60_000, '3 h 12 min'],
  [52 * 3_600_000, '2 d 4 h'],
])('%i ms is %s', (ms, said) => {
  expect(duration(ms)).toBe(said);
});

test('a moment is shown at the clock of the site, with its day when that is not today', () => {
  const today = Date.parse('2026-09-30T01:00:00Z');
  expect(moment('2026-09-30T00:15:00Z', 'Asia/Shanghai', today)).toBe('08:15');
  // 23:30 of the day before in Shanghai.
  expect(moment('2026-09-29T15:30:00Z', 'Asia/Shanghai', today)).toMatch(/29 Sept?.*23:30/);
});
