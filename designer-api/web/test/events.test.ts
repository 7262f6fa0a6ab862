import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { online } from '../core/api';
import { live, onChange, startEvents, whenChanged } from '../core/events';
import { lapsed } from '../core/session';
import type { Change } from '../core/types';

/** A stream that the test speaks for. */
class FakeSource extends EventTarget {
  static all: FakeSource[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  constructor(readonly url: string) {
    super();
    FakeSource.all.push(this);
  }
  close(): void {
    this.closed = true;
  }
  say(type: string, lastEventId: string, data: unknown = {}): void {
    this.dispatchEvent(Object.assign(new Event(type), { lastEventId, data: JSON.stringify(data) }));
  }
}

const newest = () => FakeSource.all.at(-1) as FakeSource;
let heard: (Change | 'reset')[];
let stops: (() => void)[];
let respond: () => Response;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSource.all = [];
  heard = [];
  respond = () => Response.json({});
  vi.stubGlobal('EventSource', FakeSource);
  vi.stubGlobal('fetch', async () => respond());
  online.value = true;
  stops = [onChange((change) => heard.push(change)), startEvents()];
});

afterEach(() => {
  stops.forEach((stop) => stop());
  lapsed.value = undefined;
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const change = { kind: 'task', task: 'r.1' } as const;
const noNetwork = () => {
  throw new TypeError('no network');
};

test('a stream is resumed where it broke off', async () => {
  newest().onopen?.();
  newest().say('hello', '7');
  newest().say('change', '8', change);
  expect(heard).toEqual(['reset', change]);
  newest().onerror?.();
  await vi.advanceTimersByTimeAsync(1000);
  expect(newest().url).toBe('/api/v1/events?after=8');
  newest().onopen?.();
  newest().say('hello', '8');
  // What was missed is told by the stream itself.
  expect(heard).toEqual(['reset', change]);
});

test('a gap that is too large means to load again', () => {
  newest().say('hello', '7');
  newest().say('reset', '90');
  expect(heard).toEqual(['reset', 'reset']);
});

test('without a stream it is asked every few seconds, and a short break is not talked about', async () => {
  newest().onopen?.();
  newest().say('hello', '1');
  heard.length = 0;
  newest().onerror?.();
  await vi.advanceTimersByTimeAsync(100);
  expect(live.value).toBe('stream');
  for (let tried = 0; tried < 6; tried++) {
    await vi.advanceTimersByTimeAsync(2000);
    newest().onerror?.();
  }
  expect(live.value).toBe('asking');
  expect(heard.length).toBeGreaterThanOrEqual(2);
});

test('when the network is back the stream is opened at once', async () => {
  newest().onopen?.();
  respond = noNetwork;
  newest().onerror?.();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(online.value).toBe(false);
  expect(live.value).toBe('asking');
  const tried = FakeSource.all.length;
  respond = () => Response.json({});
  await vi.advanceTimersByTimeAsync(5000);
  expect(online.value).toBe(true);
  expect(FakeSource.all.length).toBeGreaterThan(tried);
});

test('while nobody is signed in nothing is asked', async () => {
  newest().onopen?.();
  lapsed.value = { station: null, ways: ['password'], setup_needed: false };
  expect(newest().closed).toBe(true);
  heard.length = 0;
  const opened = FakeSource.all.length;
  await vi.advanceTimersByTimeAsync(30_000);
  expect([heard, FakeSource.all.length]).toEqual([[], opened]);
  lapsed.value = undefined;
  expect(FakeSource.all.length).toBe(opened + 1);
});

test('changes that come while a list is loaded lead to one more load', async () => {
  newest().say('hello', '1');
  const loads: (() => void)[] = [];
  const load = vi.fn(() => new Promise<void>((done) => loads.push(done)));
  stops.push(whenChanged((one) => one.kind === 'task', load));
  newest().say('change', '2', change);
  newest().say('change', '3', change);
  newest().say('change', '4', { kind: 'app' });
  expect(load).toHaveBeenCalledTimes(1);
  loads.shift()?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(load).toHaveBeenCalledTimes(2);
  loads.shift()?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(load).toHaveBeenCalledTimes(2);
});

const look = (state: 'hidden' | 'visible') => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
};

test('a tab that nobody looks at holds no stream, and goes on where it was when it is seen again', async () => {
  newest().onopen?.();
  newest().say('hello', '7');
  newest().say('change', '8', change);
  look('hidden');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(newest().closed).toBe(true);
  expect(FakeSource.all).toHaveLength(1);
  look('visible');
  expect(newest().url).toBe('/api/v1/events?after=8');
  expect(newest().closed).toBe(false);
});

test('a short look elsewhere changes nothing', async () => {
  newest().onopen?.();
  look('hidden');
  await vi.advanceTimersByTimeAsync(5000);
  look('visible');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSource.all).toHaveLength(1);
  expect(newest().closed).toBe(false);
});
