/** What must outlive a reload, a dead battery and a lost network: the browser's database.
 *
 *  Drafts and forms that wait are held in memory as well, so that they are read at once; they are written behind.
 *  Where the browser gives no database all of it lasts as long as the page, and the server has what it was sent. */

import { forget, keep, kept } from './keep';

const NAME = 'gemba';
const VERSION = 2;

/** `blobs`: photos that wait. `drafts`, `outbox`: what was typed. `cache`: answers of the server, for a reload without it. */
const STORES = ['blobs', 'drafts', 'outbox', 'cache'] as const;
export type StoreName = (typeof STORES)[number];

let opened: Promise<IDBDatabase> | undefined;
/** Once it is open, so that a write begins at once: the page may be gone a moment later. */
let ready: IDBDatabase | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= open().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open(NAME, VERSION);
  opening.onupgradeneeded = () => {
    const known = opening.result.objectStoreNames;
    for (const store of STORES) if (!known.contains(store)) opening.result.createObjectStore(store);
  };
  const found = await done(opening);
  const forget = () => {
    opened = ready = undefined;
  };
  found.onclose = forget;
  // A newer page wants to change the database: let it.
  found.onversionchange = () => (forget(), found.close());
  ready = found;
  return found;
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** `undefined` where there is no database. */
export async function read<T>(store: StoreName, key: string): Promise<T | undefined> {
  try {
    return await done<T>((await database()).transaction(store).objectStore(store).get(key));
  } catch {
    return undefined;
  }
}

export async function readAll<T>(store: StoreName): Promise<Map<string, T>> {
  try {
    const entries = (await database()).transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([done(entries.getAllKeys()), done<T[]>(entries.getAll())]);
    return new Map(keys.map((key, at) => [String(key), values[at] as T]));
  } catch {
    return new Map();
  }
}

/** In one transaction; `undefined` takes an entry away. */
export async function write(store: StoreName, entries: Iterable<readonly [string, unknown]>): Promise<void> {
  try {
    const transaction = (ready ?? (await database())).transaction(store, 'readwrite');
    const into = transaction.objectStore(store);
    for (const [key, value] of entries) {
      if (value === undefined) into.delete(key);
      else into.put(value, key);
    }
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  } catch {
    // Full or forbidden: what is in memory still serves this page.
  }
}

export async function empty(store: StoreName): Promise<void> {
  try {
    await done((await database()).transaction(store, 'readwrite').objectStore(store).clear());
  } catch {
    // Then there is nothing to empty.
  }
}

/** A store that is held in memory: read at once, written behind, one transaction for all that changed meanwhile. */
export class Shelf<T> {
  readonly #store: StoreName;
  readonly #behindMs: number;
  readonly #held = new Map<string, T>();
  readonly #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  /** Of the transaction that is under way. */
  #under: string[] = [];
  /** Whether something was left for the next page. */
  #hasLeft = false;
  #loading: Promise<void> | undefined;

  /** How long a change may wait for others before it is written; when the page may go, it waits no longer. */
  constructor(store: StoreName, behindMs = 0) {
    this.#store = store;
    this.#behindMs = behindMs;
    if (typeof document === 'undefined') return;
    addEventListener('pagehide', () => this.#leave());
    document.addEventListener('visibilitychange', () => void (document.visibilityState === 'hidden' && this.#leave()));
  }

  /** To be awaited before the first look. */
  load(): Promise<void> {
    this.#loading ??= readAll<T>(this.#store).then((found) => {
      for (const [key, value] of found) if (!this.#changed.has(key) && !this.#held.has(key)) this.#held.set(key, value);
      for (const [key, value] of kept<[string, T | null][]>(this.#left) ?? []) {
        this.#hasLeft = true;
        if (!this.#changed.has(key)) this.set(key, value ?? undefined);
      }
    });
    return this.#loading;
  }

  get(key: string): T | undefined {
    return this.#held.get(key);
  }

  entries(): [string, T][] {
    return [...this.#held];
  }

  set(key: string, value: T | undefined): void {
    if (value === undefined) this.#held.delete(key);
    else this.#held.set(key, value);
    this.#changed.add(key);
    if (this.#behindMs === 0) void this.written();
    else this.#timer ??= setTimeout(() => void this.written(), this.#behindMs);
  }

  /** Writes what is not written yet; ends when all of it is. */
  async written(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#changed.size > 0) this.#writing ??= this.#write();
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#changed.size > 0) {
      this.#under = [...this.#changed];
      this.#changed.clear();
      await write(
        this.#store,
        this.#under.map((key) => [key, this.#held.get(key)]),
      );
    }
    this.#under = [];
    this.#writing = undefined;
    if (this.#hasLeft) forget(this.#left);
    this.#hasLeft = false;
  }

  /** A page that goes takes its transactions with it: what is not written yet is put where that takes no time. */
  #leave(): void {
    const keys = [...new Set([...this.#under, ...this.#changed])];
    if (keys.length === 0) return;
    keep(this.#left, keys.map((key) => [key, this.#held.get(key) ?? null]));
    this.#hasLeft = true;
    void this.written();
  }

  get #left(): string {
    return `left.${this.#store}`;
  }
}
