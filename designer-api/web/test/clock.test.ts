import { expect, test } from 'vitest';

import { learnSkew, offsetSeconds, serverNow, siteClock } from '../core/clock';
import { urgency } from '../ui/due';

test.each([
  ['Asia/Shanghai', '2026-07-01T00:00:00Z', 8 * 3600],
  ['Europe/Berlin', '2026-01-15T12:00:00Z', 3600],
  ['Europe/Berlin', '2026-07-15T12:00:00.123Z', 7200],
  ['Asia/Kolkata', '2026-07-15T12:00:00Z', 19_800],
])('the clocks of %s at %s are %i s east', (zone, at, expected) => {
  expect(offsetSeconds(zone, Date.parse(at))).toBe(expected);
});

test.each([
  ['2026-11-23T05:48:47.254+08:00', 'Asia/Shanghai', '2026-11-23T05:48'],
  ['2026-11-22T21:48:00Z', 'Asia/Shanghai', '2026-11-23T05:48'],
  ['2026-11-23T05:48', 'Asia/Shanghai', '2026-11-23T05:48'],
  ['2026-11-23T05:48:10', 'Europe/Berlin', '2026-11-23T05:48'],
  ['yesterday', 'Asia/Shanghai', ''],
])('%s in %s stands in the field for day and time as %s', (value, zone, shown) => {
  expect(siteClock(value, zone)).toBe(shown);
});

test('an unknown zone is the device’s own', () => {
  const at = Date.parse('2026-07-15T12:00:00Z');
  expect(offsetSeconds('Mars/Olympus', at)).toBe(-new Date(at).getTimezoneOffset() * 60);
});

test('a wrong clock of the device is noticed, the rounding of the header is not', () => {
  const received = Date.now();
  learnSkew(new Date(received - 3_600_000).toUTCString(), received);
  expect(Math.abs(serverNow() - (Date.now() - 3_600_000))).toBeLessThan(1600);
  learnSkew(new Date(received).toUTCString(), received);
  expect(Math.abs(serverNow() - Date.now())).toBeLessThan(100);
  learnSkew('no date', received);
  expect(Math.abs(serverNow() - Date.now())).toBeLessThan(100);
});

test('a deadline is soon in its last quarter, at most ten minutes before', () => {
  const opened = '2026-09-30T08:00:00Z';
  const at = (time: string) => Date.parse(`2026-09-30T${time}Z`);
  expect(urgency('2026-09-30T08:20:00Z', opened, at('08:14:59'))).toBe('calm');
  expect(urgency('2026-09-30T08:20:00Z', opened, at('08:15:00'))).toBe('soon');
  expect(urgency('2026-09-30T08:20:00Z', opened, at('08:20:00'))).toBe('late');
  expect(urgency('2026-09-30T18:00:00Z', opened, at('17:49:59'))).toBe('calm');
  expect(urgency(null, opened, at('17:49:59'))).toBe('none');
});
