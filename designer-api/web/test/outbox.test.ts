import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { online } from '../core/api';
import { dismissReturned, returned, sendLater, sendWaiting, waiting } from '../core/outbox';
import { keepBlob } from '../core/pending';
import { session } from '../core/session';
import { readAll } from '../core/store';
import type { Session } from '../core/types';

const signedIn = (id: string): Session => ({
  person: { id, name: id, roles: [], rights: ['read', 'work'] },
  station: null,
  csrf: 'c',
  idle_s: 60,
  expires_at: '2999-01-01T00:00:00Z',
});
const form = { key: 'k1', task: 'r.1', title: 'Measure', person: 'wang', answers: { a: 1 } };

interface Call {
  path: string;
  key: string | undefined;
  body: unknown;
}
let calls: Call[];
let respond: (path: string) => Response;

beforeEach(() => {
  calls = [];
  session.value = signedIn('wang');
  respond = () => Response.json({ id: 'r' });
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const path = url.replace('/api/v1', '');
    const key = (init.headers as Record<string, string>)['Idempotency-Key'];
    calls.push({ path, key, body: typeof init.body === 'string' ? JSON.parse(init.body) : init.body });
    return respond(path);
  });
});

afterEach(async () => {
  respond = () => Response.json({ id: 'r' });
  session.value = signedIn('wang');
  await sendWaiting();
  dismissReturned('r.1');
  vi.unstubAllGlobals();
});

const noNetwork = () => {
  throw new TypeError('no network');
};

test('a form waits for the network, and goes out once with the key of its first try', async () => {
  respond = noNetwork;
  sendLater(form);
  await sendWaiting();
  expect(online.value).toBe(false);
  expect(waiting.value).toMatchObject([{ task: 'r.1', title: 'Measure' }]);
  expect([...(await readAll('outbox')).values()]).toMatchObject([{ key: 'k1', answers: { a: 1 } }]);
  respond = () => Response.json({ id: 'r' });
  await sendWaiting();
  await sendWaiting();
  const once = { path: '/tasks/r.1/complete', key: 'k1', body: { answers: { a: 1 } } };
  expect(calls).toEqual([once, once]);
  expect(waiting.value).toEqual([]);
});

test('nobody sends what somebody else has filled in', async () => {
  sendLater(form);
  session.value = signedIn('li');
  await sendWaiting();
  expect(calls).toEqual([]);
  expect(waiting.value).toHaveLength(1);
});

test('what the server refuses comes back to its person', async () => {
  sendLater(form);
  respond = () => Response.json({ code: 'task-closed', detail: 'it is closed' }, { status: 409 });
  await sendWaiting();
  expect(waiting.value).toEqual([]);
  expect(returned.value).toMatchObject([{ task: 'r.1', problem: { code: 'task-closed' } }]);
});

test('a busy server is no refusal, and neither is an ended session', async () => {
  sendLater(form);
  respond = () => Response.json({ code: 'busy' }, { status: 503 });
  await sendWaiting();
  respond = () => Response.json({ code: 'signed-out' }, { status: 401 });
  await sendWaiting();
  expect(waiting.value).toHaveLength(1);
  expect(returned.value).toEqual([]);
});

test('photos go first', async () => {
  const photo = await keepBlob(new Blob(['jpeg'], { type: 'image/jpeg' }));
  sendLater({ ...form, answers: { photo, more: [photo, 'known'] } });
  respond = (path) => Response.json({ id: path === '/blobs' ? 'sha' : 'r' });
  await sendWaiting();
  expect(calls.map(({ path }) => path)).toEqual(['/blobs', '/blobs', '/tasks/r.1/complete']);
  expect(calls.at(-1)?.body).toEqual({ answers: { photo: 'sha', more: ['sha', 'known'] } });
});
