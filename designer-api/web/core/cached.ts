/** Answers of the server that are shown again while it is not reached. They belong to the person they were given to. */
import { get, text, Unreachable } from './api';
import { session } from './session';
import { read, write } from './store';

/** From the server, or what it answered last. */
export function getCached<T>(path: string): Promise<T> {
  return cached(path, () => get<T>(path));
}

export function textCached(path: string): Promise<string> {
  return cached(path, () => text(path));
}

const keyOf = (path: string) => `${session.peek()?.person.id ?? ''} ${path}`;

async function cached<T>(path: string, ask: () => Promise<T>): Promise<T> {
  const key = keyOf(path);
  try {
    const answer = await ask();
    void write('cache', [[key, answer]]);
    return answer;
  } catch (error) {
    const known = error instanceof Unreachable ? await read<T>('cache', key) : undefined;
    if (known === undefined) throw error;
    return known;
  }
}

/** What was answered last, without asking. */
export function lastAnswer<T>(path: string): Promise<T | undefined> {
  return read<T>('cache', keyOf(path));
}
