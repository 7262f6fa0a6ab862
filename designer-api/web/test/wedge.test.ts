import { afterEach, expect, test, vi } from 'vitest';

import { Burst, deliver, keyOf, onScan } from '../terminal/device/wedge';

const type = (burst: Burst, text: string, gapMs: number, from = 0) => {
  let at = from;
  for (const key of text) burst.key(key, (at += gapMs));
  return burst.key('Enter', at + gapMs);
};

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

test('a burst that ends with Enter is a code', () => {
  expect(type(new Burst(), 'SN-000123', 8)).toBe('SN-000123');
});

test('what a person types is none', () => {
  expect(type(new Burst(), 'SN-000123', 120)).toBeUndefined();
  const burst = new Burst();
  burst.key('x', 0);
  // The scanner comes after a key of a person.
  expect(type(burst, 'SN-000123', 8, 500)).toBe('SN-000123');
});

test('short bursts are no codes: keys that stick', () => {
  expect(type(new Burst(), 'ab', 5)).toBeUndefined();
});

test('keys are read from their place when an input method hides them', () => {
  const key = (code: string, shiftKey = false) => keyOf(new KeyboardEvent('keydown', { key: 'Process', code, shiftKey }));
  expect([key('KeyA', true), key('KeyA'), key('Digit7'), key('Enter')]).toEqual(['A', 'a', '7', 'Enter']);
});

test('the newest receiver is asked first, and may hand a code on', () => {
  const page = vi.fn(() => true);
  const dialog = vi.fn((code: string) => code.startsWith('BADGE'));
  stops.push(onScan(page), onScan(dialog));
  deliver('SN-1');
  deliver('BADGE-1');
  expect(page.mock.calls).toEqual([['SN-1']]);
  expect(dialog.mock.calls).toEqual([['SN-1'], ['BADGE-1']]);
});
