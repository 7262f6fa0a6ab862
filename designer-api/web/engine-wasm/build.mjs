// Builds `engine.wasm` anew and notes which sources it was built from. It is kept in the repository, so that a machine
// without a compiler for WebAssembly can build the pages; `test/engine-fresh.test.ts` says when it is out of date.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = import.meta.dirname;
const root = join(here, '../../..');

/** What the module is made of, besides the crates of the lockfile. */
const SOURCES = ['engine/expression', 'engine/language', 'engine/kernel', 'designer-api/web/engine-wasm'];

/** The same sources give the same text on every machine. */
export function sourcesHash() {
  const files = SOURCES.flatMap((crate) => [
    join(root, crate, 'Cargo.toml'),
    ...readdirSync(join(root, crate, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  ]);
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    hash.update(relative(root, file).split(sep).join('/')).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Of the sources that the module in the repository was built from. */
export function notedHash() {
  return readFileSync(join(here, 'engine.sources'), 'utf8').trim();
}

/** What to do about a module that is out of date; one line. */
export const STALE =
  'designer-api/web/engine-wasm/engine.wasm is older than the crates it is built from: run `npm run engine` in designer-api/web and commit what it changes';

function build() {
  const sources = sourcesHash();
  execFileSync(join(root, 'tests/wasm-build.sh'), [here, join(here, 'engine.wasm')], { stdio: 'inherit' });
  writeFileSync(join(here, 'engine.sources'), `${sources}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--if-stale')) build();
  else if (notedHash() !== sourcesHash()) {
    console.log('the engine of the pages is older than its crates: it is built anew; commit engine.wasm and engine.sources');
    try {
      build();
    } catch {
      // No compiler for WebAssembly here: the test of its freshness then fails with these words.
      console.error(STALE);
    }
  }
}
