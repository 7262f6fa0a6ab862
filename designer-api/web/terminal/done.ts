import { signal } from '@preact/signals';

import { route } from '../core/route';
import { isMine } from '../core/session';
import type { Run, Task } from '../core/types';

/** What was sent just now, for the page that says what happens next. */
export interface Done {
  /** The page on which it is told; on any other it is over. */
  at: string;
  title: string;
  run: Run;
  started: boolean;
}

const done = signal<Done | undefined>(undefined);

export function tellDone(what: Omit<Done, 'at'>): void {
  done.value = { ...what, at: route.peek().path };
}

export function doneHere(): Done | undefined {
  return done.value?.at === route.value.path ? done.value : undefined;
}

/** An open task of the run that the person may do now. */
export function mineOf(run: Run, me: string | undefined): Task | undefined {
  return run.tasks.find((task) => isMine(task.to) && (me === undefined || !task.not_by.includes(me)));
}
