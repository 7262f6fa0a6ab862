import { expect, test } from 'vitest';

import { isAmbiguous, jsonNumber, limit, narrowDigits, plainNumber } from '../core/numbers';

test.each([
  ['25，05', '25,05'],
  ['２５．０５', '25.05'],
  [' 1 000', '1000'],
  ['－3', '-3'],
  ['abc', 'abc'],
])('%s is read as %s', (typed, plain) => {
  expect(plainNumber(typed)).toBe(plain);
});

test.each([
  ['1,2', 1.2],
  ['25,05', 25.05],
  ['-0,125', -0.125],
  ['1234,567', 1234.567],
  ['1,2345', 1.2345],
])('%s has a decimal comma', (typed, number) => {
  expect(jsonNumber(typed)).toBe(number);
});

test.each(['1,200', '-25,050', '1,200,000'])('%s is never guessed', (typed) => {
  expect(isAmbiguous(typed)).toBe(true);
  expect(jsonNumber(typed)).toBe(typed);
});

test('a PIN typed with a Chinese keyboard is the same PIN', () => {
  expect(narrowDigits('２８０６14')).toBe('280614');
});

test('text that is no finished number stays text', () => {
  expect(['1.', '.5', '-', '1e3'].map(jsonNumber)).toEqual(['1.', '.5', '-', '1e3']);
});

test('limits have the decimals that are measured, and more when they are finer', () => {
  expect(limit(25, 3)).toBe('25.000');
  expect(limit(24.955, 2)).toBe('24.955');
  expect(limit(40, undefined)).toBe('40');
  expect(limit(undefined, 2)).toBeUndefined();
});
