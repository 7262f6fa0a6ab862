import { expect, test } from 'vitest';

import type { Equipment, FloorView, Task } from '../core/types';
import { stationsOf } from '../terminal/floor-state';

const equipment: Equipment[] = [
  { id: 'line-3', title: 'Line 3', level: 'line', parent: null },
  { id: 'qc-1', title: 'QC 1', level: 'station', parent: 'line-3' },
  { id: 'line-7', title: 'Line 7', level: 'line', parent: null },
  { id: 'st-01', title: 'ST 01', level: 'station', parent: 'line-7' },
  { id: 'st-02', title: 'ST 02', level: 'station', parent: 'line-7' },
];
const NOON = Date.parse('2026-09-30T12:00:00Z');
const task = (station: string, due: string | null) => ({ id: station + due, at: [], station, due_at: due }) as unknown as Task & { station: string };
const floor = (members: Partial<FloorView>): FloorView => ({ tasks: [], holds: [], calls: [], ...members });
const states = (view: FloorView) =>
  Object.fromEntries(stationsOf(equipment, view, NOON).map((station) => [station.place.id, station.how]));

test('a hold of a line holds its stations and no others', () => {
  const holds = [{ target: 'line-3', run: 'r', app: 'a', why: 'w', since: '' }];
  expect(states(floor({ holds }))).toEqual({ 'qc-1': 'held', 'st-01': 'quiet', 'st-02': 'quiet' });
});

test('late is worse than busy, a call is worse than late', () => {
  const tasks = [task('st-01', '2026-09-30T11:00:00Z'), task('st-02', '2026-09-30T13:00:00Z')];
  expect(states(floor({ tasks }))).toEqual({ 'qc-1': 'quiet', 'st-01': 'late', 'st-02': 'busy' });
  const calls = [{ id: 1, run: 'r', app: 'a', step: 's', to: 'everyone' as const, text: '', at: '', station: 'st-01' }];
  expect(states(floor({ tasks, calls }))).toMatchObject({ 'st-01': 'calling' });
});
