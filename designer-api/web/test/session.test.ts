import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { get, Refused, setCsrf } from '../core/api';
import { getCached } from '../core/cached';
import { beforeSignOut, ended, enter, lapsed, leave, loadSession, session, signedOut, signIn, signOut, signOutIdle } from '../core/session';
import { empty, read, write } from '../core/store';
import type { Session } from '../core/types';

const of = (id: string, station: Session['station'] = null): Session => ({
  person: { id, name: id, roles: [], rights: ['read', 'work'] },
  station,
  csrf: `csrf-of-${id}`,
  idle_s: 60,
  expires_at: '2999-01-01T00:00:00Z',
});
const QC = { id: 'qc-1', title: 'QC 1' };
const OUT = { code: 'signed-out', station: QC, ways: ['badge', 'pin', 'password'], setup_needed: false };

let calls: { call: string; csrf: string | undefined }[];
let answers: Record<string, () => Response>;
const noNetwork = () => {
  throw new TypeError('no network');
};

beforeEach(async () => {
  localStorage.clear();
  await empty('cache');
  history.replaceState(null, '', '/');
  calls = [];
  answers = { 'GET /session': () => Response.json(OUT, { status: 401 }), 'DELETE /session': () => new Response(null, { status: 204 }) };
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const call = `${init.method} ${url.replace('/api/v1', '')}`;
    calls.push({ call, csrf: (init.headers as Record<string, string>)['Gemba-CSRF'] });
    return answers[call]?.() ?? Response.json({ code: 'not-found' }, { status: 404 });
  });
});

afterEach(() => {
  session.value = undefined;
  lapsed.value = undefined;
  setCsrf('');
  vi.unstubAllGlobals();
});

const done = (call: string) => calls.filter((one) => one.call === call);

test('a session that ends while someone works waits for them, with the page as it was', async () => {
  enter(of('wang'));
  answers['GET /tasks'] = () => Response.json(OUT, { status: 401 });
  await expect(get('/tasks')).rejects.toThrow(Refused);
  expect(session.value?.person.id).toBe('wang');
  expect(lapsed.value).toMatchObject({ ways: ['badge', 'pin', 'password'], station: QC });
  answers['POST /session'] = () => Response.json(of('wang'));
  await signIn({ person: 'wang', password: 'x' });
  expect(lapsed.value).toBeUndefined();
  expect(session.value?.person.id).toBe('wang');
});

test('somebody else begins at the first page, and nothing that the one before was shown is left', async () => {
  enter(of('wang'));
  answers['GET /tasks'] = () => Response.json(['secret']);
  await getCached('/tasks');
  history.replaceState(null, '', '/tasks/r.1');
  ended({ status: 401, title: '', detail: '', ...OUT });
  enter(of('li'));
  expect(location.pathname).toBe('/');
  await vi.waitFor(async () => expect(await read('cache', 'wang /tasks')).toBeUndefined());
});

test('signing out saves first', async () => {
  enter(of('wang'));
  const order: string[] = [];
  const stop = beforeSignOut(async () => void order.push('saved'));
  answers['DELETE /session'] = () => {
    order.push('ended');
    return new Response(null, { status: 204 });
  };
  await signOut();
  stop();
  expect(order).toEqual(['saved', 'ended']);
  expect(session.value).toBeNull();
});

test('the clock: a shared tablet is for the next one, a person’s own page waits for them', async () => {
  enter(of('wang', QC));
  await signOutIdle();
  expect(session.value).toBeNull();
  expect(signedOut.value).toMatchObject({ station: QC });
  enter(of('wang'));
  await signOutIdle();
  expect(session.value?.person.id).toBe('wang');
  expect(lapsed.value).toBeDefined();
});

test('a sign-out that the server was not told of is told before anything else', async () => {
  enter(of('wang'));
  answers['DELETE /session'] = noNetwork;
  await signOut();
  // The page is loaded again, and the network is back.
  session.value = undefined;
  setCsrf('');
  calls = [];
  answers['DELETE /session'] = () => new Response(null, { status: 204 });
  await loadSession();
  expect(calls.map(({ call }) => call)).toEqual(['DELETE /session', 'GET /session']);
  expect(done('DELETE /session')[0]?.csrf).toBe('csrf-of-wang');
  expect(session.value).toBeNull();
});

test('a reload without the network goes on, if nobody was away for too long', async () => {
  enter(of('wang'));
  await vi.waitFor(async () => expect(await read('cache', 'session')).toBeDefined());
  session.value = undefined;
  answers['GET /session'] = noNetwork;
  await loadSession();
  expect(session.value).toMatchObject({ person: { id: 'wang' } });

  session.value = undefined;
  await write('cache', [['session', { session: of('wang'), seen_ms: Date.now() - 61_000 }]]);
  await expect(loadSession()).rejects.toThrow(/not reached/);
  expect(session.value).toBeUndefined();
});

test('answers of the server are shown again while it is not reached, to the same person', async () => {
  enter(of('wang'));
  answers['GET /tasks'] = () => Response.json(['one']);
  await getCached('/tasks');
  answers['GET /tasks'] = noNetwork;
  await vi.waitFor(async () => expect(await getCached('/tasks')).toEqual(['one']));
  answers['GET /tasks'] = () => Response.json({ code: 'not-allowed' }, { status: 403 });
  await expect(getCached('/tasks')).rejects.toThrow(Refused);
});

test('another page of the browser has signed in again: the request is made with the new session', async () => {
  enter(of('wang'));
  let refused = true;
  answers['POST /claim'] = () => (refused ? Response.json({ code: 'csrf' }, { status: 403 }) : Response.json({ ok: true }));
  answers['GET /session'] = () => {
    refused = false;
    return Response.json({ ...of('wang'), csrf: 'newer' });
  };
  const { post } = await import('../core/api');
  expect(await post('/claim')).toEqual({ ok: true });
  expect(done('POST /claim').map(({ csrf }) => csrf)).toEqual(['csrf-of-wang', 'newer']);
});

test('who leaves a lapsed page leaves nothing open', () => {
  enter(of('wang'));
  ended({ status: 401, title: '', detail: '', ...OUT });
  leave();
  expect(session.value).toBeNull();
  expect(lapsed.value).toBeUndefined();
});
