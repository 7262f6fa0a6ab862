import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { DraftKeeper, keptDraft, merged, unsentDrafts } from '../core/drafts';
import type { Answers, Draft } from '../core/types';

const draft = (version: number, answers: Answers): Draft => ({ version, person: 'wang', at: '', answers });

/** What the server got, and what it answers. */
let sent: { answers: Answers; draft_version?: number }[];
let respond: () => Response;

const saved = (version: number) => () => Response.json(draft(version, {}));
const problem = (status: number, members: object) => () => Response.json({ status, ...members }, { status });

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  sent = [];
  respond = saved(1);
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    sent.push(JSON.parse(init.body as string));
    return respond();
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('typing is kept here at once and on the server when it pauses, once for all of it', async () => {
  const keeper = new DraftKeeper('r.1', 'wang', null);
  keeper.change('a', '1');
  keeper.change('a', '12');
  expect(keptDraft('r.1')?.answers).toEqual({ a: '12' });
  expect(keeper.saving.value).toBe('here');
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toEqual([{ answers: { a: '12' } }]);
  expect(keeper.saving.value).toBe('saved');
  expect(keptDraft('r.1')?.unsent).toEqual([]);
});

test('the network is lost: nothing typed is, and it is sent when the network is back', async () => {
  const keeper = new DraftKeeper('r.1', 'wang', null);
  respond = () => {
    throw new TypeError('no network');
  };
  keeper.change('a', 'one');
  await vi.advanceTimersByTimeAsync(1000);
  expect(keeper.saving.value).toBe('here');
  expect(unsentDrafts()).toEqual(['r.1']);
  keeper.close();

  // The tablet was restarted in between.
  respond = saved(4);
  const again = new DraftKeeper('r.1', 'wang', draft(3, { a: 'old', b: 'two' }));
  expect(again.answers).toEqual({ a: 'one', b: 'two' });
  await vi.advanceTimersByTimeAsync(10);
  expect(sent.at(-1)).toEqual({ answers: { a: 'one', b: 'two' }, draft_version: 3 });
  expect(unsentDrafts()).toEqual([]);
});

test('someone else saved in between: what was typed here is sent on top', async () => {
  const keeper = new DraftKeeper('r.1', 'wang', draft(1, {}));
  respond = problem(409, { code: 'stale-draft', now: 7 });
  keeper.change('a', 'mine');
  await vi.advanceTimersByTimeAsync(800);
  respond = saved(8);
  await vi.advanceTimersByTimeAsync(10);
  expect(sent.at(-1)).toEqual({ answers: { a: 'mine' }, draft_version: 7 });
  expect(keeper.saving.value).toBe('saved');
});

test('what is typed while a save is under way is saved after it', async () => {
  const keeper = new DraftKeeper('r.1', 'wang', null);
  let answer: (response: Response) => void = () => {};
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    sent.push(JSON.parse(init.body as string));
    return new Promise<Response>((done) => (answer = done));
  });
  keeper.change('a', '1');
  await vi.advanceTimersByTimeAsync(800);
  keeper.change('a', '12');
  answer(saved(1)());
  await vi.advanceTimersByTimeAsync(800);
  expect(sent.map((one) => one.answers)).toEqual([{ a: '1' }, { a: '12' }]);
  answer(saved(2)());
  await vi.advanceTimersByTimeAsync(10);
  expect(keeper.saving.value).toBe('saved');
});

test('a photo on its way is kept here and not told to the server', async () => {
  const keeper = new DraftKeeper('r.1', 'wang', null);
  keeper.change('photo', 'pending:1');
  keeper.change('a', 'x');
  await vi.advanceTimersByTimeAsync(800);
  expect(sent).toEqual([{ answers: { a: 'x' } }]);
  expect(keptDraft('r.1')?.unsent).toEqual(['photo']);
  expect(keptDraft('r.1')?.answers).toHaveProperty('photo', 'pending:1');
});

test('a field that was emptied here stays empty', () => {
  const here = { answers: {}, unsent: ['a'], person: 'wang', base: 1, at_ms: 0 };
  expect(merged(draft(1, { a: 'old', b: 'kept' }), here)).toEqual({ b: 'kept' });
});
