import { describe, expect, test } from 'vitest';

import type { Equipment, FloorView, Task } from '../core/types';
import { concernsOf, fit, linesOf, stationsOf, tileWideOf, TILE_FONT_MIN } from '../terminal/floor-state';

const equipment: Equipment[] = [
  { id: 'line-3', title: 'Line 3', level: 'line', parent: null },
  { id: 'qc-1', title: 'QC 1', level: 'station', parent: 'line-3' },
  { id: 'line-7', title: 'Line 7', level: 'line', parent: null },
  { id: 'st-01', title: 'ST 01', level: 'station', parent: 'line-7' },
  { id: 'st-02', title: 'ST 02', level: 'station', parent: 'line-7' },
];
const NOON = Date.parse('2026-09-30T12:00:00Z');
const task = (station: string, due: string | null) =>
  ({ id: station + due, run: 'r', at: [], station, due_at: due }) as unknown as Task & { station: string };
const call = (id: number, station: string, at = '') => ({ id, run: 'r', app: 'a', step: 's', to: 'everyone' as const, text: '', at, station });
const hold = (target: string, since: string) => ({ target, run: `run of ${since}`, app: 'a', why: 'w', since });
const floor = (members: Partial<FloorView>): FloorView => ({ tasks: [], holds: [], calls: [], ...members });
const states = (view: FloorView) =>
  Object.fromEntries(stationsOf(equipment, view, NOON).map((station) => [station.place.id, station.how]));

test('a hold of a line holds its stations and no others', () => {
  expect(states(floor({ holds: [hold('line-3', '')] }))).toEqual({ 'qc-1': 'held', 'st-01': 'quiet', 'st-02': 'quiet' });
});

test('late is worse than busy, a call is worse than late, a hold is worse than a call', () => {
  const tasks = [task('st-01', '2026-09-30T11:00:00Z'), task('st-02', '2026-09-30T13:00:00Z')];
  expect(states(floor({ tasks }))).toEqual({ 'qc-1': 'quiet', 'st-01': 'late', 'st-02': 'busy' });
  const calls = [call(1, 'st-01')];
  expect(states(floor({ tasks, calls }))).toMatchObject({ 'st-01': 'calling' });
  expect(states(floor({ tasks, calls, holds: [hold('st-01', '')] }))).toMatchObject({ 'st-01': 'held' });
});

test('a task becomes late by the clock alone', () => {
  const view = floor({ tasks: [task('st-02', '2026-09-30T12:00:01Z')] });
  expect(concernsOf(view, NOON)).toEqual([]);
  expect(concernsOf(view, NOON + 1000).map((concern) => concern.how)).toEqual(['late']);
});

test('holds first, the oldest of them first, and one line for each target', () => {
  const view = floor({
    tasks: [task('st-01', '2026-09-30T11:00:00Z')],
    calls: [call(1, 'st-01', '2026-09-30T11:30:00Z'), call(2, 'qc-1', '2026-09-30T11:10:00Z')],
    holds: [hold('line-7', '2026-09-30T09:00:00Z'), hold('line-3', '2026-09-30T08:00:00Z'), hold('line-7', '2026-09-30T07:00:00Z')],
  });
  expect(concernsOf(view, NOON).map(({ key, count, run }) => [key, count, run])).toEqual([
    ['held line-7', 2, 'run of 2026-09-30T07:00:00Z'],
    ['held line-3', 1, 'run of 2026-09-30T08:00:00Z'],
    ['call 2', 1, 'r'],
    ['call 1', 1, 'r'],
    ['late st-012026-09-30T11:00:00Z', 1, 'r'],
  ]);
});

test('stations stand under their line', () => {
  const lines = linesOf(stationsOf(equipment, floor({}), NOON));
  expect(lines.map((line) => [line.id, line.stations.length])).toEqual([
    ['line-3', 1],
    ['line-7', 2],
  ]);
});

describe('thirty stations without scrolling', () => {
  const lines = [4, 2, 6, 6, 6, 6];
  const wide = tileWideOf(['qc-1', 'Station W8-1']);
  /** As `floor.css` lays it out. */
  const height = ({ columns, font }: { columns: number; font: number }) => {
    const rows = lines.reduce((sum, stations) => sum + Math.ceil(stations / columns), 0);
    return rows * font * 3.9 + lines.length * font * 0.9 * 1.5 + (rows + lines.length - 1) * 10;
  };
  test.each([
    ['a tablet', 1280, 800, 13],
    ['a tablet with a list beside it', 800, 650, 13],
    ['27 inch', 2560, 1440, 30],
    ['a television', 1920, 1080, 20],
  ])('on %s', (_, width, high, font) => {
    const found = fit(width, high, lines, wide);
    expect(height(found)).toBeLessThanOrEqual(high);
    expect(found.columns * found.font * wide + (found.columns - 1) * 10).toBeLessThanOrEqual(width + 1);
    expect(found.font).toBeGreaterThanOrEqual(font);
  });
  test('a phone is scrolled, with letters that can be read', () => {
    const found = fit(360, 0, lines, wide);
    expect(found.font).toBeGreaterThan(TILE_FONT_MIN);
    expect(found.columns).toBe(2);
  });
});
