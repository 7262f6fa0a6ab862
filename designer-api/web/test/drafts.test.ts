import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { DraftKeeper, draftsWritten, forgetDraft, keptDraft, keptDrafts, type Met } from '../core/drafts';
import { readAll } from '../core/store';
import type { Answers, Draft } from '../core/types';

const draft = (version: number, answers: Answers, person = 'wang'): Draft => ({ version, person, at: '', answers });
const keeper = (server: Draft | null, person = 'wang') =>
  new DraftKeeper({ id: 'r.1', title: 'Measure', draft: server }, person);

/** What the server was sent, and what it answers. */
let sent: { answers: Answers; draft_version?: number }[];
let respond: (method: string) => Response;

const saved = (version: number) => () => Response.json(draft(version, {}));
const problem = (status: number, members: object) => Response.json({ status, ...members }, { status });
const noNetwork = () => {
  throw new TypeError('no network');
};
/** Long enough for a save that waits for a pause. */
const pause = () => vi.advanceTimersByTimeAsync(500);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  sent = [];
  respond = saved(1);
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    if (init.method === 'PUT') sent.push(JSON.parse(init.body as string));
    return respond(init.method ?? 'GET');
  });
});

afterEach(() => {
  for (const person of ['wang', 'li']) forgetDraft('r.1', person);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('typing is kept here at once and on the server when it pauses, once for all of it', async () => {
  const own = keeper(null);
  own.change('a', '1');
  own.change('a', '12');
  expect(keptDraft('r.1', 'wang')?.answers).toEqual({ a: '12' });
  expect(own.saving.value).toBe('here');
  await pause();
  expect(sent).toEqual([{ answers: { a: '12' }, draft_version: 0 }]);
  expect(own.saving.value).toBe('saved');
  expect(keptDraft('r.1', 'wang')?.unsent).toEqual({});
});

test('whoever asks for a save at the same moment gets the same one', async () => {
  const own = keeper(null);
  own.change('a', '1');
  await Promise.all([own.flush(), own.flush(), own.flush()]);
  expect(sent).toEqual([{ answers: { a: '1' }, draft_version: 0 }]);
});

test('it is in the browser’s database, for a tablet whose battery dies', async () => {
  respond = noNetwork;
  keeper(null).change('a', 'typed');
  vi.useRealTimers();
  await draftsWritten();
  expect([...(await readAll('drafts')).values()]).toMatchObject([{ task: 'r.1', person: 'wang', answers: { a: 'typed' } }]);
});

test('the network is lost: nothing typed is, and it is sent when the network is back', async () => {
  const own = keeper(null);
  respond = noNetwork;
  own.change('a', 'one');
  await pause();
  expect(own.saving.value).toBe('here');
  own.close();

  // The page was loaded again in between.
  respond = saved(4);
  const again = keeper(draft(3, { b: 'two' }));
  expect(again.answers).toEqual({ a: 'one', b: 'two' });
  await pause();
  expect(sent.at(-1)).toEqual({ answers: { a: 'one', b: 'two' }, draft_version: 3 });
  expect(keptDraft('r.1', 'wang')?.unsent).toEqual({});
});

test('opened without the server, the form has what the server had last', async () => {
  const own = keeper(draft(3, { b: 'two' }));
  own.change('a', 'one');
  respond = saved(4);
  await pause();
  own.close();
  // The answer that is remembered of the task is older than the draft.
  expect(keeper(draft(3, { b: 'two' })).answers).toEqual({ a: 'one', b: 'two' });
});

test('somebody else at a shared tablet is not shown what the one before has typed', async () => {
  respond = noNetwork;
  keeper(null).change('a', 'secret');
  await pause();
  expect(keeper(null, 'li').answers).toEqual({});
  expect(keptDrafts('li')).toEqual([]);
  expect(keptDrafts('wang')).toMatchObject([{ task: 'r.1', title: 'Measure' }]);
});

test('somebody else saved other fields in between: both are kept', async () => {
  const own = keeper(draft(1, { b: 'old', c: 'same' }));
  const met = vi.fn<(met: Met) => void>();
  own.onMet(met);
  respond = (method) =>
    method === 'GET'
      ? Response.json({ draft: draft(7, { b: 'theirs', c: 'same' }, 'li') })
      : sent.length === 1
        ? problem(409, { code: 'stale-draft', now: 7 })
        : saved(8)();
  own.change('a', 'mine');
  await pause();
  await pause();
  expect(met).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ adopted: ['b'], contested: [], person: 'li' }));
  expect(sent.at(-1)).toEqual({ answers: { a: 'mine', b: 'theirs', c: 'same' }, draft_version: 7 });
  expect(own.saving.value).toBe('saved');
});

test('both typed in the same field: both answers stay until one is chosen', async () => {
  const own = keeper(draft(1, { a: 'old' }));
  const met = vi.fn<(met: Met) => void>();
  own.onMet(met);
  respond = (method) =>
    method === 'GET'
      ? Response.json({ draft: draft(7, { a: 'theirs' }, 'li') })
      : sent.length === 1
        ? problem(409, { code: 'stale-draft', now: 7 })
        : saved(7 + sent.length)();
  own.change('a', 'mine');
  await pause();
  expect(met).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ adopted: [], contested: ['a'], answers: { a: 'theirs' }, person: 'li' }),
  );
  // Another field is saved meanwhile, and theirs is not written over.
  own.change('b', 'more');
  await pause();
  expect(sent.at(-1)).toEqual({ answers: { a: 'theirs', b: 'more' }, draft_version: 7 });
  expect(keptDraft('r.1', 'wang')).toMatchObject({ answers: { a: 'mine', b: 'more' } });
  expect(own.saving.value).toBe('here');
  // Mine is kept: now it is sent.
  own.change('a', 'mine');
  await pause();
  expect(sent.at(-1)?.answers).toEqual({ a: 'mine', b: 'more' });
  expect(own.saving.value).toBe('saved');
});

test('what others typed while the tablet was off is shown when it is on again', async () => {
  respond = noNetwork;
  keeper(draft(1, { a: 'old', b: 'old' })).change('a', 'mine');
  const met = vi.fn<(met: Met) => void>();
  const again = keeper(draft(2, { a: 'theirs', b: 'new' }, 'li'));
  again.onMet(met);
  expect(again.answers).toEqual({ a: 'mine', b: 'new' });
  expect(met).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ contested: ['a'], person: 'li' }));
});

test('the server keeps what it refused; fields that were hidden then are not lost', async () => {
  const own = keeper(draft(1, {}));
  own.change('a', '25.050');
  own.change('hidden', 'typed before');
  respond = saved(2);
  await pause();
  own.refused({ a: 25.05 });
  respond = saved(4);
  await pause();
  expect(sent.at(-1)).toEqual({ answers: { a: '25.050', hidden: 'typed before' }, draft_version: 3 });
});

test('what is typed while a save is under way is saved after it', async () => {
  const own = keeper(null);
  let answer: (response: Response) => void = () => {};
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    sent.push(JSON.parse(init.body as string));
    return new Promise<Response>((done) => (answer = done));
  });
  own.change('a', '1');
  await pause();
  own.change('a', '12');
  answer(saved(1)());
  await pause();
  expect(sent.map((one) => one.answers)).toEqual([{ a: '1' }, { a: '12' }]);
  answer(saved(2)());
  await pause();
  expect(own.saving.value).toBe('saved');
});

test('a photo on its way is kept here and not told to the server', async () => {
  const own = keeper(null);
  own.change('photo', 'pending:1');
  own.change('a', 'x');
  await pause();
  expect(sent).toEqual([{ answers: { a: 'x' }, draft_version: 0 }]);
  expect(keptDraft('r.1', 'wang')).toMatchObject({ unsent: { photo: null }, answers: { photo: 'pending:1' } });
});

test('a field that was emptied here stays empty', async () => {
  respond = noNetwork;
  keeper(draft(1, { a: 'old', b: 'kept' })).change('a', undefined);
  expect(keeper(draft(1, { a: 'old', b: 'kept' })).answers).toEqual({ b: 'kept' });
});

test('when the form was sent nothing is kept', async () => {
  const own = keeper(null);
  own.change('a', 'x');
  own.sent();
  await pause();
  expect(sent).toEqual([]);
  expect(keptDraft('r.1', 'wang')).toBeUndefined();
});
