/** Half-filled forms: on this tablet within a third of a second, on the server within half a second of the last one.
 *
 *  What is kept here belongs to the person who typed it: at a shared tablet nobody else is shown it. What others are
 *  shown is the server's draft of the task. */
import { signal, type ReadonlySignal } from '@preact/signals';

import { get, isPassing, put, Refused } from './api';
import { isPending } from './pending';
import { Shelf } from './store';
import type { Answers, Draft, Json, TaskDetail } from './types';

/** What a tablet keeps of a draft. */
export interface Kept {
  task: string;
  person: string;
  title: string;
  answers: Answers;
  /** Fields typed here that the server does not have yet, with what it had before; `null` for nothing. */
  unsent: Record<string, Json>;
  /** Of the server's draft that this one grew from; 0 when there was none. */
  version: number;
  at_ms: number;
}

/** `saved`: on the server. `here`: only on this tablet. */
export type Saving = 'saved' | 'here' | 'saving';

/** Typing goes on: one save for all of it. */
const QUIET_MS = 400;
const RETRY_MS = 5000;
/** Longer than any holiday; then what nobody came back for is dropped. */
const KEPT_MS_MAX = 60 * 24 * 3600 * 1000;
/** A request that may outlive its page is at most that large, in bytes (Fetch standard, 4.6). */
const KEEPALIVE_BYTES_MAX = 60_000;

/** A write costs as much as all else that a key does. */
const WRITTEN_BEHIND_MS = 300;

const shelf = new Shelf<Kept>('drafts', WRITTEN_BEHIND_MS);
/** Counts changes of the list. */
const changed = signal(0);

const keyOf = (task: string, person: string) => `${person}/${task}`;

/** To be awaited before the first form is opened. */
export async function loadDrafts(): Promise<void> {
  await shelf.load();
  for (const [key, draft] of shelf.entries()) if (Date.now() - draft.at_ms > KEPT_MS_MAX) shelf.set(key, undefined);
  changed.value++;
}

export function keptDraft(task: string, person: string): Kept | undefined {
  return shelf.get(keyOf(task, person));
}

/** Of one person, with something that the server does not have, newest first; read in a component, it is drawn again when the list changes. */
export function keptDrafts(person: string): Kept[] {
  void changed.value;
  const own = shelf.entries().map(([, draft]) => draft);
  const unsent = (draft: Kept) => Object.keys(draft.unsent).length > 0;
  return own.filter((draft) => draft.person === person && unsent(draft)).sort((a, b) => b.at_ms - a.at_ms);
}

export function forgetDraft(task: string, person: string): void {
  if (!shelf.get(keyOf(task, person))) return;
  shelf.set(keyOf(task, person), undefined);
  changed.value++;
}

/** The inputs of a start button, which the server keeps no draft of. */
export function keptStart(app: string, person: string): Answers {
  return shelf.get(keyOf(START + app, person))?.answers ?? {};
}

export function keepStart(app: string, person: string, answers: Answers): void {
  const task = START + app;
  shelf.set(keyOf(task, person), { task, person, title: '', answers, unsent: {}, version: 0, at_ms: Date.now() });
}

export function forgetStart(app: string, person: string): void {
  forgetDraft(START + app, person);
}

const START = 'start/';

/** For tests, and before the page goes: ends when all is in the browser's database. */
export function draftsWritten(): Promise<void> {
  return shelf.written();
}

/** What the server's draft changes in a form. */
export interface Met {
  /** Fields that now have the server's answer. */
  adopted: string[];
  /** Fields in which something else was typed on either side. */
  contested: string[];
  answers: Answers;
  person: string | null;
}

export type OnMet = (met: Met) => void;

interface Of {
  id: string;
  title: string;
  draft: Draft | null;
}

/** Keeps the draft of one task for one person. */
export class DraftKeeper {
  readonly #task: Of;
  readonly #person: string;
  #server: Draft | null;
  #answers: Answers;
  /** As in [`Kept`]. */
  readonly #unsent: Map<string, Json>;
  /** Fields of which the server has something else, and what: its answer stays there until one of the two is chosen. */
  readonly #contested = new Map<string, Json>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  #done = false;
  #onMet: OnMet = () => {};
  readonly #saving = signal<Saving>('saved');

  constructor(task: Of, person: string) {
    this.#task = task;
    this.#person = person;
    const here = keptDraft(task.id, person);
    // Opened without the server: what it had last is known here.
    const older = here && here.version > (task.draft?.version ?? 0);
    this.#server = older ? serverOf(here) : task.draft;
    this.#unsent = new Map(Object.entries(here?.unsent ?? {}));
    this.#answers = { ...this.#server?.answers };
    for (const field of this.#unsent.keys()) this.#take(field, here?.answers[field]);
    if (this.#unsent.size > 0) {
      this.#saving.value = 'here';
      this.#later(0);
    }
  }

  get answers(): Answers {
    return this.#answers;
  }

  get saving(): ReadonlySignal<Saving> {
    return this.#saving;
  }

  /** Called when the server's draft changed the answers. What differs already is told at once. */
  onMet(met: OnMet): void {
    this.#onMet = met;
    const server = this.#server;
    if (!server) return;
    const contested = [...this.#unsent].flatMap(([field, before]) => this.#isContested(field, before, server));
    this.#contest(contested, server);
    if (contested.length > 0) met({ adopted: [], contested, answers: server.answers, person: server.person });
  }

  change(field: string, value: Json | undefined): void {
    if (!this.#unsent.has(field)) this.#unsent.set(field, this.#server?.answers[field] ?? null);
    this.#contested.delete(field);
    this.#take(field, value);
    this.#keep();
    this.#later(QUIET_MS);
  }

  /** Saves what is not saved yet; ends when it is, or when it cannot be now. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    // Several may wait for it; who is first saves for all.
    while (this.#running) await this.#running;
    if (this.#hasNews() && !this.#closed) await this.#save();
  }

  /** The page is going: sends what it can without waiting for it; the answer is noted if there is somebody left to. */
  leave(): void {
    clearTimeout(this.#timer);
    if (this.#hasNews() && !this.#closed && !this.#running) void this.#save();
  }

  /** The form was sent: there is nothing to keep. */
  sent(): void {
    this.#done = true;
    this.close();
    forgetDraft(this.#task.id, this.#person);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Of the server's draft as it is known here; 0 when there is none. */
  get version(): number {
    return this.#server?.version ?? 0;
  }

  /** The server's draft as it is now. Each field keeps what was typed in it since; where both sides typed something
   *  else, both are shown. */
  meet(server: Draft | null): void {
    // While a save is under way the newer one may be its own.
    if (!server || this.#running || server.version <= (this.#server?.version ?? 0)) return;
    this.#merge(server);
  }

  /** The server refused the form, and keeps what it was sent as the draft: the next version is this keeper's own. */
  refused(sent: Answers): void {
    this.#server = { version: (this.#server?.version ?? 0) + 1, person: this.#person, at: '', answers: sent };
    for (const field of new Set([...Object.keys(sent), ...Object.keys(this.#answers)])) {
      if (!same(sent[field], this.#answers[field])) this.#unsent.set(field, sent[field] ?? null);
    }
    this.#keep();
    this.#later(QUIET_MS);
  }

  #merge(server: Draft): void {
    this.#server = server;
    const fields = new Set([...Object.keys(server.answers), ...Object.keys(this.#answers)]);
    const adopted: string[] = [];
    const contested: string[] = [];
    this.#answers = { ...this.#answers };
    for (const field of fields) {
      const before = this.#unsent.get(field);
      if (before !== undefined) contested.push(...this.#isContested(field, before, server));
      else if (!same(server.answers[field], this.#answers[field])) {
        this.#take(field, server.answers[field]);
        adopted.push(field);
      }
    }
    this.#contest(contested, server);
    if (adopted.length + contested.length > 0) {
      this.#onMet({ adopted, contested, answers: server.answers, person: server.person });
    }
  }

  #isContested(field: string, before: Json, server: Draft): [string] | [] {
    const theirs = server.answers[field];
    const changed = !same(theirs ?? null, before) && !same(theirs, this.#answers[field]);
    return changed ? [field] : [];
  }

  #contest(fields: string[], server: Draft): void {
    for (const field of fields) {
      const theirs = server.answers[field] ?? null;
      this.#contested.set(field, theirs);
      this.#unsent.set(field, theirs);
    }
  }

  #take(field: string, value: Json | undefined): void {
    if (value === undefined) delete this.#answers[field];
    else this.#answers[field] = value;
  }

  #keep(): void {
    const { id, title } = this.#task;
    const known = keptDraft(id, this.#person) !== undefined;
    shelf.set(keyOf(id, this.#person), {
      task: id,
      person: this.#person,
      title,
      answers: this.#answers,
      unsent: Object.fromEntries(this.#unsent),
      version: this.#server?.version ?? 0,
      at_ms: Date.now(),
    });
    if (!known) changed.value++;
    this.#saving.value = this.#unsent.size > 0 ? 'here' : 'saved';
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.flush(), ms);
  }

  /** Whether there is something that the server can be sent: a photo on its way and a field in question are not. */
  #hasNews(): boolean {
    return [...this.#unsent.keys()].some((field) => !isPending(this.#answers[field]) && !this.#contested.has(field));
  }

  #save(): Promise<void> {
    this.#running = this.#put().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #put(): Promise<void> {
    const sent = this.#sendable();
    const fields = [...this.#unsent.keys()].filter((field) => same(sent[field], this.#answers[field]));
    const draft = { answers: sent, draft_version: this.#server?.version ?? 0 };
    this.#saving.value = 'saving';
    try {
      const keepalive = JSON.stringify(draft).length < KEEPALIVE_BYTES_MAX;
      const saved = await put<Draft>(`/tasks/${this.#task.id}/draft`, draft, { keepalive });
      this.#server = { ...saved, answers: sent };
      for (const field of fields) {
        if (same(sent[field], this.#answers[field])) this.#unsent.delete(field);
        else this.#unsent.set(field, sent[field] ?? null);
      }
      if (this.#done) return;
      this.#keep();
      if (this.#hasNews()) this.#later(QUIET_MS);
    } catch (error) {
      if (this.#done) return;
      this.#keep();
      if (isPassing(error)) this.#later(RETRY_MS);
      else if (error instanceof Refused && error.problem.code === 'stale-draft') await this.#overtaken();
      // Anything else (signed out, the task is gone) is told by what the page does next; the draft stays here.
    }
  }

  /** Somebody else saved in between. */
  async #overtaken(): Promise<void> {
    try {
      const { draft } = await get<TaskDetail>(`/tasks/${this.#task.id}`);
      if (draft) this.#merge(draft);
      this.#keep();
      if (this.#hasNews()) this.#later(0);
    } catch (error) {
      if (isPassing(error)) this.#later(RETRY_MS);
    }
  }

  /** Photos that wait to be uploaded have no id yet that the server knows; what is in question stays as it is there. */
  #sendable(): Answers {
    const answers = Object.entries(this.#answers).filter(([, value]) => !isPending(value));
    const sent = Object.fromEntries(answers);
    for (const [field, theirs] of this.#contested) {
      if (theirs === null) delete sent[field];
      else sent[field] = theirs;
    }
    return sent;
  }
}

function serverOf({ answers, unsent, version, person }: Kept): Draft {
  const had = { ...answers };
  for (const [field, before] of Object.entries(unsent)) {
    if (before === null) delete had[field];
    else had[field] = before;
  }
  return { version, person, at: '', answers: had };
}

/** A number is the text that was typed for it. */
function same(a: Json | undefined, b: Json | undefined): boolean {
  const plain = (value: Json | undefined) =>
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'number' ? String(part) : part));
  return a === b || plain(a) === plain(b);
}
