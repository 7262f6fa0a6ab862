/** Forms that were sent while the server was not reached: they go out when it is back, each once, under the name of
 *  the person who sent them. Forms that need a signature are not among them: a secret is never kept. */
import { signal } from '@preact/signals';

import { isPassing, online, post, Refused } from './api';
import { forgetDraft } from './drafts';
import { randomId } from './ids';
import { keep, kept } from './keep';
import { session } from './session';
import type { Answers, Problem, Run } from './types';

export interface Waiting {
  key: string;
  task: string;
  title: string;
  person: string;
  version: number;
  answers: Answers;
  at_ms: number;
}

export interface Returned {
  task: string;
  title: string;
  problem: Problem;
}

const KEY = 'outbox';

/** Oldest first. */
export const waiting = signal<Waiting[]>(kept<Waiting[]>(KEY) ?? []);
/** What the server refused when it came: someone has to look at it. Its draft is still there. */
export const returned = signal<Returned[]>([]);

export function sendLater(form: Omit<Waiting, 'key' | 'at_ms'>): void {
  const others = waiting.value.filter((one) => one.task !== form.task);
  store([...others, { ...form, key: randomId(), at_ms: Date.now() }]);
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
    const body = { answers: form.answers, version: form.version };
    await post<Run>(`/tasks/${form.task}/complete`, body, { key: form.key });
    forgetDraft(form.task);
  } catch (error) {
    if (isPassing(error) || !(error instanceof Refused) || error.problem.status === 401) return false;
    returned.value = [...returned.value, { task: form.task, title: form.title, problem: error.problem }];
  }
  store(waiting.value.filter((one) => one.key !== form.key));
  return true;
}

function store(forms: Waiting[]): void {
  waiting.value = forms;
  keep(KEY, forms);
}

const RETRY_MS = 5000;

/** Tries at once when the network or a person comes, and every few seconds while something waits. */
export function startOutbox(): void {
  const tick = () => {
    if (waiting.value.length > 0) void sendWaiting();
  };
  online.subscribe((up) => up && tick());
  session.subscribe((now) => now && tick());
  addEventListener('online', tick);
  setInterval(tick, RETRY_MS);
}
