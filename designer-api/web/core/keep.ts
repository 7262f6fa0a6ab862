/** Small things that outlive a reload. A browser may refuse to keep any: then they last as long as the page. */

const PREFIX = 'gemba.';
const inMemory = new Map<string, string>();

export function keep(key: string, value: unknown): void {
  const text = JSON.stringify(value);
  inMemory.set(key, text);
  try {
    localStorage.setItem(PREFIX + key, text);
  } catch {
    // Full or forbidden: what is in memory still serves this page.
  }
}

export function kept<T>(key: string): T | undefined {
  const text = read(key);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    forget(key);
    return undefined;
  }
}

export function forget(key: string): void {
  inMemory.delete(key);
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Forbidden: there is nothing to remove.
  }
}

/** All keys that begin so. */
export function keptKeys(beginning: string): string[] {
  const keys = new Set([...inMemory.keys()].filter((key) => key.startsWith(beginning)));
  try {
    for (let at = 0; at < localStorage.length; at++) {
      const key = localStorage.key(at);
      if (key?.startsWith(PREFIX + beginning)) keys.add(key.slice(PREFIX.length));
    }
  } catch {
    // Forbidden: only what is in memory.
  }
  return [...keys];
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key) ?? inMemory.get(key) ?? null;
  } catch {
    return inMemory.get(key) ?? null;
  }
}
