import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { sourcesHash } from '../engine-wasm/build.mjs';

test('the engine of the pages is built from the crates as they are', () => {
  const noted = readFileSync(join(import.meta.dirname, '../engine-wasm/engine.sources'), 'utf8').trim();
  expect(noted, 'run: npm run engine').toBe(sourcesHash());
});
