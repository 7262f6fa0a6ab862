/** The tasks of the inbox, kept between visits of the page, so that they are there at once. */
import { signal } from '@preact/signals';

import { getCached } from '../core/cached';
import { session } from '../core/session';
import type { List, Task } from '../core/types';

/** More than a person can look through; the most urgent are among them. */
export const TASKS_MAX = 200;

export const tasks = signal<Task[] | undefined>(undefined);

let of: string | undefined;

export async function loadTasks(): Promise<void> {
  const person = session.peek()?.person.id;
  // Nobody sees the tasks of the one before.
  if (of !== person) tasks.value = undefined;
  of = person;
  try {
    const found = (await getCached<List<Task>>(`/tasks?limit=${TASKS_MAX}`)).items;
    if (session.peek()?.person.id === person) tasks.value = byUrgency(found);
  } catch {
    // Told by the banner; the next change or beat tries again.
  }
}

/** It was done here just now: nobody has to wait for the news of it. */
export function forgetTask(id: string): void {
  tasks.value = tasks.value?.filter((task) => task.id !== id);
}

/** What is due first is first, what has no deadline is last; then what has waited longest. */
export function byUrgency(list: Task[]): Task[] {
  const due = ({ due_at }: Task) => (due_at === null ? Number.POSITIVE_INFINITY : Date.parse(due_at));
  const opened = ({ opened_at }: Task) => Date.parse(opened_at);
  return [...list].sort((a, b) => (due(a) === due(b) ? opened(a) - opened(b) : due(a) - due(b)));
}
