/** Forms that were sent while the server was not reached: they go out when it is back, each once, under the name of
 *  the person who sent them. Forms that need a signature are not among them: a secret is never kept. */
import { signal } from '@preact/signals';

import { isPassing, online, post, Refused } from './api';
import { forgetDraft } from './drafts';
import { isPending, sendPending } from './pending';
import { session } from './session';
import { Shelf } from './store';
import type { Answers, Problem, Run } from './types';

export interface Waiting {
  /** Of the first try: had that one arrived after all, this is its answer and not a second form. */
  key: string;
  task: string;
  title: string;
  person: string;
  answers: Answers;
  at_ms: number;
}

export interface Returned {
  task: string;
  title: string;
  problem: Problem;
}

const shelf = new Shelf<Waiting>('outbox');

/** Oldest first. */
export const waiting = signal<Waiting[]>([]);
/** What the server refused when it came: someone has to look at it. Its draft is still there. */
export const returned = signal<Returned[]>([]);

export function sendLater(form: Omit<Waiting, 'at_ms'>): void {
  shelf.set(form.task, { ...form, at_ms: Date.now() });
  list();
}

export function dismissReturned(task: string): void {
  returned.value = returned.value.filter((one) => one.task !== task);
}

let sending = false;

/** Sends what waits, of the person who is signed in. */
export async function sendWaiting(): Promise<void> {
  if (sending) return;
  sending = true;
  try {
    for (const form of waiting.value.filter((one) => one.person === session.value?.person.id)) {
      if (!(await send(form))) break;
    }
  } finally {
    sending = false;
  }
}

/** False when trying the next one is of no use now. */
async function send(form: Waiting): Promise<boolean> {
  try {
    const { answers } = await withPhotos(form);
    await post<Run>(`/tasks/${form.task}/complete`, { answers }, { key: form.key });
    forgetDraft(form.task, form.person);
  } catch (error) {
    if (isPassing(error) || !(error instanceof Refused) || error.problem.status === 401) return false;
    returned.value = [...returned.value, { task: form.task, title: form.title, problem: error.problem }];
  }
  shelf.set(form.task, undefined);
  list();
  return true;
}

/** What waited to be uploaded is first. The key was not used before all of it was there. */
async function withPhotos(form: Waiting): Promise<Waiting> {
  if (!Object.values(form.answers).some(isPending)) return form;
  const whole = { ...form, answers: await sendPending(form.answers) };
  shelf.set(form.task, whole);
  return whole;
}

function list(): void {
  waiting.value = shelf.entries().map(([, form]) => form).sort((a, b) => a.at_ms - b.at_ms);
}

const RETRY_MS = 5000;

/** Tries at once when the network or a person comes, and every few seconds while something waits. */
export async function startOutbox(): Promise<void> {
  await shelf.load();
  list();
  const tick = () => {
    if (waiting.value.length > 0) void sendWaiting();
  };
  online.subscribe((up) => up && tick());
  session.subscribe((now) => now && tick());
  addEventListener('online', tick);
  setInterval(tick, RETRY_MS);
}
