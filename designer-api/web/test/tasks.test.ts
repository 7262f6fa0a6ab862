import { expect, test } from 'vitest';

import type { Task } from '../core/types';
import { byUrgency } from '../terminal/tasks';

test('what is due first is first, what has no deadline is last, then what has waited longest', () => {
  const task = (id: string, due_at: string | null, opened_at: string) => ({ id, due_at, opened_at }) as Task;
  const day = (time: string) => `2026-09-30T${time}:00Z`;
  const list = [
    task('calm', day('12:00'), day('08:00')),
    task('someday, new', null, day('09:00')),
    task('late', day('07:00'), day('06:00')),
    task('someday, old', null, day('05:00')),
    task('same, opened before', day('12:00'), day('07:30')),
  ];
  expect(byUrgency(list).map(({ id }) => id)).toEqual(['late', 'same, opened before', 'calm', 'someday, old', 'someday, new']);
});
