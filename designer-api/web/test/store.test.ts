import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';

import { kept } from '../core/keep';
import { readAll, Shelf } from '../core/store';

test('what is typed a moment before the page goes is there when it is loaded again', async () => {
  const shelf = new Shelf<string>('drafts', 60_000);
  await shelf.load();
  shelf.set('a', 'written');
  await shelf.written();
  shelf.set('a', 'typed');
  shelf.set('b', 'new');
  dispatchEvent(new Event('pagehide'));
  // Nothing was awaited: the page is gone, and with it what the database was asked for.
  const left = kept('left.drafts');
  expect(left).toEqual([['a', 'typed'], ['b', 'new']]);

  // Where the page stays after all, nothing is left over.
  await shelf.written();
  expect(kept('left.drafts')).toBeUndefined();
  expect(Object.fromEntries(await readAll('drafts'))).toEqual({ a: 'typed', b: 'new' });
});

test('what the last page left counts more than what it had written', async () => {
  const before = new Shelf<string>('outbox');
  before.set('a', 'written');
  before.set('b', 'sent');
  await before.written();
  localStorage.setItem('gemba.left.outbox', JSON.stringify([['a', 'typed'], ['b', null]]));

  const now = new Shelf<string>('outbox');
  await now.load();
  expect(now.entries()).toEqual([['a', 'typed']]);
  await now.written();
  expect(Object.fromEntries(await readAll('outbox'))).toEqual({ a: 'typed' });
  expect(kept('left.outbox')).toBeUndefined();
});
