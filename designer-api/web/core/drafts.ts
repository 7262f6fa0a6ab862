/** Half-filled forms: on this tablet at every keystroke, on the server within a second of the last one. */
import { signal, type ReadonlySignal } from '@preact/signals';

import { isPassing, put, Refused } from './api';
import { forget, keep, kept, keptKeys } from './keep';
import { isPending } from './pending';
import type { Answers, Draft, Json } from './types';

/** What a tablet keeps of a draft. */
export interface Kept {
  answers: Answers;
  /** Fields typed here that the server does not have yet. */
  unsent: string[];
  person: string;
  /** Of the server's draft that this one grew from; 0 when there was none. */
  base: number;
  at_ms: number;
}

export type Saving = 'saved' | 'here' | 'saving';

const KEY = 'draft.';
/** Typing goes on: one save for all of it. */
const QUIET_MS = 700;
const RETRY_MS = 5000;

export function keptDraft(id: string): Kept | undefined {
  return kept<Kept>(KEY + id);
}

export function forgetDraft(id: string): void {
  forget(KEY + id);
}

/** Drafts with something that the server does not have. */
export function unsentDrafts(): string[] {
  const all = keptKeys(KEY).map((key) => key.slice(KEY.length));
  return all.filter((id) => (keptDraft(id)?.unsent.length ?? 0) > 0);
}

/** What is typed here over what the server has: a field that was not sent yet is the newer one. */
export function merged(server: Draft | null, here: Kept | undefined): Answers {
  const answers: Answers = { ...server?.answers };
  for (const field of here?.unsent ?? []) {
    const typed = here?.answers[field];
    if (typed === undefined) delete answers[field];
    else answers[field] = typed;
  }
  return answers;
}

/** Keeps the draft of one task. */
export class DraftKeeper {
  readonly #id: string;
  readonly #person: string;
  #server: Draft | null;
  #answers: Answers;
  #unsent: Set<string>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  readonly #saving = signal<Saving>('saved');

  constructor(id: string, person: string, server: Draft | null) {
    this.#id = id;
    this.#person = person;
    this.#server = server;
    const here = keptDraft(id);
    this.#answers = merged(server, here);
    this.#unsent = new Set(here?.unsent);
    if (this.#unsent.size > 0) this.#later(0);
  }

  get answers(): Answers {
    return this.#answers;
  }

  get saving(): ReadonlySignal<Saving> {
    return this.#saving;
  }

  change(field: string, value: Json | undefined): void {
    this.#answers = { ...this.#answers };
    if (value === undefined) delete this.#answers[field];
    else this.#answers[field] = value;
    this.#unsent.add(field);
    this.#keep();
    this.#later(QUIET_MS);
  }

  /** Saves what is not saved yet; ends when it is, or when it cannot be now. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    if (this.#unsent.size > 0 && !this.#closed) await this.#save();
  }

  /** The form was sent: there is nothing to keep. */
  sent(): void {
    this.close();
    forgetDraft(this.#id);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #keep(): void {
    const draft: Kept = {
      answers: this.#answers,
      unsent: [...this.#unsent],
      person: this.#person,
      base: this.#server?.version ?? 0,
      at_ms: Date.now(),
    };
    keep(KEY + this.#id, draft);
    this.#saving.value = this.#unsent.size > 0 ? 'here' : 'saved';
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.flush(), ms);
  }

  #save(): Promise<void> {
    this.#running = this.#put().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #put(): Promise<void> {
    const sending = new Set(this.#unsent);
    const sent = this.#answers;
    this.#saving.value = 'saving';
    try {
      this.#server = await put<Draft>(
        `/tasks/${this.#id}/draft`,
        { answers: sendable(sent), ...(this.#server ? { draft_version: this.#server.version } : {}) },
        { keepalive: true },
      );
      for (const field of sending) {
        const waits = isPending(sent[field]);
        if (!waits && same(sent[field], this.#answers[field])) this.#unsent.delete(field);
      }
      this.#keep();
      if ([...this.#unsent].some((field) => !isPending(this.#answers[field]))) this.#later(QUIET_MS);
    } catch (error) {
      this.#keep();
      if (isPassing(error)) this.#later(RETRY_MS);
      else if (error instanceof Refused && error.problem.code === 'stale-draft') this.#overtaken(error);
      // Anything else (signed out, the task is gone) is told by what the page does next; the draft stays here.
    }
  }

  /** Someone else saved in between. Each field keeps what was typed last where it was typed. */
  #overtaken(error: Refused): void {
    const version = error.problem.now;
    if (version === undefined) return;
    this.#server = { version, person: null, at: '', answers: {} };
    this.#later(0);
  }
}

/** Photos that wait to be uploaded have no id yet that the server knows. */
function sendable(answers: Answers): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([, value]) => !isPending(value)));
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
