/** Live changes from the server: one stream for the page, resumed where it broke off; asking at times where it
 *  cannot be had. */
import { signal } from '@preact/signals';

import { get, online, ROOT } from './api';
import { lapsed } from './session';
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

/** Everything that is shown is loaded again: the server says it in another language now. */
export function loadAgain(): void {
  tell('reset');
}

/** A stream that breaks off is tried again after this, doubling. */
const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 15_000;
/** As long as there is no stream, or the server is not reached. */
const ASKING_MS = 5000;
/** A stream that was refused or broken at once is not told of by words before. */
const QUIET_MS = 3000;

/** A tab that nobody has looked at for so long holds no stream: what happened is told when it is seen again. */
const HIDDEN_MS = 10_000;

/** Opens the stream until the returned function is called. */
export function startEvents(): () => void {
  let source: EventSource | undefined;
  let last = '';
  let retryMs = RETRY_MS_MIN;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  let connected = false;
  let ended = false;
  let asleep = false;
  let falling: ReturnType<typeof setTimeout> | undefined;

  /** Whether the server is reached at all; when it is again, the stream is tried at once. */
  const probe = async () => {
    const was = online.peek();
    await get('/site').catch(() => undefined);
    if (online.peek() && !was && !connected) again();
  };
  const ask = async () => {
    if (lapsed.peek() || asleep) return;
    if (!online.peek()) await probe();
    if (online.peek() && live.peek() !== 'stream') tell('reset');
  };
  const asking = setInterval(() => void ask(), ASKING_MS);

  const close = () => {
    clearTimeout(retry);
    source?.close();
    source = undefined;
    connected = false;
  };
  const open = () => {
    close();
    if (ended || asleep || lapsed.peek()) return;
    // The browser's own retry would begin without knowing where a stream of an earlier source broke off.
    const opened = new EventSource(`${ROOT}/events${last ? `?after=${encodeURIComponent(last)}` : ''}`);
    source = opened;
    opened.onopen = () => {
      clearTimeout(quiet);
      quiet = undefined;
      connected = true;
      retryMs = RETRY_MS_MIN;
      online.value = true;
      live.value = 'stream';
    };
    opened.addEventListener('hello', (event) => {
      // Without a place to resume at, what happened in between is not told.
      if (!last) tell('reset');
      last = event.lastEventId || last;
    });
    opened.addEventListener('change', (event) => {
      last = event.lastEventId || last;
      const change = parsed(event.data);
      if (change) tell(change);
    });
    opened.addEventListener('reset', (event) => {
      last = event.lastEventId || '';
      tell('reset');
    });
    opened.onerror = () => {
      close();
      quiet ??= setTimeout(() => (live.value = 'asking'), QUIET_MS);
      // A lost network, an ended session, or only a stream that cannot be had?
      void probe();
      retry = setTimeout(open, retryMs);
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    };
  };
  const again = () => {
    retryMs = RETRY_MS_MIN;
    open();
  };
  const seen = () => {
    clearTimeout(falling);
    if (document.visibilityState === 'hidden') {
      falling = setTimeout(() => {
        asleep = true;
        close();
      }, HIDDEN_MS);
    } else if (asleep) {
      asleep = false;
      again();
    }
  };
  const gone = () => (online.value = false);
  const back = () => (again(), void ask());
  addEventListener('online', back);
  addEventListener('offline', gone);
  document.addEventListener('visibilitychange', seen);
  // Opens it the first time too, and again when someone whose session had ended is back.
  const stopWatching = lapsed.subscribe(again);
  return () => {
    ended = true;
    stopWatching();
    close();
    clearTimeout(quiet);
    clearTimeout(falling);
    clearInterval(asking);
    document.removeEventListener('visibilitychange', seen);
    removeEventListener('online', back);
    removeEventListener('offline', gone);
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
