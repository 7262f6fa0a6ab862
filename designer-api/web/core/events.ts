/** Live changes from the server: one stream for the page, resumed where it broke off; asking at times where it
 *  cannot be had. */
import { signal } from '@preact/signals';

import { online, ROOT } from './api';
import type { Change } from './types';

/** How the page learns of changes. */
export const live = signal<'stream' | 'asking' | 'off'>('off');

type Listener = (change: Change | 'reset') => void;
const listeners = new Set<Listener>();

/** `reset`: more may have happened than is told; what is shown has to be loaded again. */
export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(change: Change | 'reset'): void {
  for (const listener of Array.from(listeners)) listener(change);
}

/** A stream that breaks off is tried again after this, doubling. */
const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 15_000;
/** As long as there is no stream. */
const ASKING_MS = 5000;

/** Opens the stream until the returned function is called. */
export function startEvents(): () => void {
  let source: EventSource | undefined;
  let last = '';
  let retryMs = RETRY_MS_MIN;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  const asking = setInterval(() => {
    if (live.value !== 'stream') tell('reset');
  }, ASKING_MS);

  const open = () => {
    if (ended) return;
    // The browser's own retry would begin without knowing where a stream of an earlier source broke off.
    source = new EventSource(`${ROOT}/events${last ? `?after=${encodeURIComponent(last)}` : ''}`);
    const broken = live.value !== 'stream';
    source.onopen = () => {
      retryMs = RETRY_MS_MIN;
      online.value = true;
      live.value = 'stream';
      // Without a place to resume at, what happened in between is not told.
      if (broken && !last) tell('reset');
    };
    source.addEventListener('change', (event) => {
      last = event.lastEventId || last;
      const change = parsed(event.data);
      if (change) tell(change);
    });
    source.addEventListener('reset', (event) => {
      last = event.lastEventId || '';
      tell('reset');
    });
    source.onerror = () => {
      source?.close();
      live.value = 'asking';
      retry = setTimeout(open, retryMs);
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    };
  };
  const again = () => {
    if (live.value === 'stream') return;
    clearTimeout(retry);
    source?.close();
    retryMs = RETRY_MS_MIN;
    open();
  };
  addEventListener('online', again);
  open();
  return () => {
    ended = true;
    clearTimeout(retry);
    clearInterval(asking);
    removeEventListener('online', again);
    source?.close();
    live.value = 'off';
  };
}

function parsed(data: string): Change | undefined {
  try {
    return JSON.parse(data) as Change;
  } catch {
    return undefined;
  }
}

/** Calls `load` at once and after every change that matters, never twice at the same time. */
export function whenChanged(matters: (change: Change) => boolean, load: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  let ended = false;
  const run = async () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      await load();
    } while (again && !ended);
    running = false;
  };
  const stop = onChange((change) => {
    if (change === 'reset' || matters(change)) void run();
  });
  void run();
  return () => {
    ended = true;
    stop();
  };
}
