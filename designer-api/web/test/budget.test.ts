import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** What a tablet loads before someone sees their tasks. */
const SCRIPT_GZIP_BYTES_MAX = 40 * 1024;
const STYLE_GZIP_BYTES_MAX = 8 * 1024;

let out: string;
let page: string;

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'gemba-web-'));
  const root = join(import.meta.dirname, '..');
  const env = { ...process.env, GEMBA_WEB_OUT: out, PROFILE: 'debug', NODE_ENV: 'production' };
  execFileSync('node', [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'], {
    cwd: root,
    env,
  });
  page = readFileSync(join(out, 'index.html'), 'utf8');
}, 120_000);

afterAll(() => rmSync(out, { recursive: true, force: true }));

const gzipped = (pattern: RegExp) =>
  [...page.matchAll(pattern)]
    .map((match) => gzipSync(readFileSync(join(out, match[1] ?? '')), { level: 9 }).length)
    .reduce((sum, bytes) => sum + bytes, 0);

test('the script of the inbox is at most 40 KB', () => {
  // The entry and everything that it imports before it runs.
  const script = gzipped(/(?:src|href)="(\/assets\/[^"]+\.js)"/g);
  expect(script).toBeGreaterThan(1000);
  expect(script).toBeLessThanOrEqual(SCRIPT_GZIP_BYTES_MAX);
});

test('the style sheet is small too', () => {
  const style = gzipped(/href="(\/assets\/[^"]+\.css)"/g);
  expect(style).toBeGreaterThan(1000);
  expect(style).toBeLessThanOrEqual(STYLE_GZIP_BYTES_MAX);
});

test('neither the engine nor the barcode reader is loaded with the page', () => {
  expect(page).not.toMatch(/\.wasm/);
  expect(readdirSync(join(out, 'assets')).filter((name) => name.endsWith('.wasm'))).toHaveLength(2);
});

test('every text file and module has its compressed twin', () => {
  const files = readdirSync(out, { recursive: true }).map(String);
  const plain = files.filter((name) => /\.(js|css|html|wasm|svg)$/.test(name));
  expect(plain.filter((name) => !files.includes(`${name}.br`))).toEqual([]);
});

test('the service worker knows every file that there is, and no other', () => {
  const worker = readFileSync(join(out, 'sw.js'), 'utf8');
  const listed = [...worker.matchAll(/"(\/assets\/[^"]+)"/g)].map((match) => match[1]);
  const built = readdirSync(join(out, 'assets')).filter((name) => !name.endsWith('.br'));
  expect(listed).toEqual(built.sort().map((name) => `/assets/${name}`));
  expect(worker).not.toMatch(/__FILES__|__VERSION__|^import /m);
});
