import { expect, test } from 'vitest';

import { notedHash, sourcesHash, STALE } from '../engine-wasm/build.mjs';

// `npm test` builds the module anew before, where there is a compiler for it.
test('the engine of the pages is built from the crates as they are', () => {
  expect(notedHash() === sourcesHash(), STALE).toBe(true);
});
