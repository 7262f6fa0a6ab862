import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Where `cargo build` wants it; by hand beside the sources. */
const outDir = resolve(process.env['GEMBA_WEB_OUT'] ?? 'dist');

/** The best takes seconds for the engine; while someone works on Rust, good is enough. */
const QUALITY = process.env['PROFILE'] === 'debug' ? 5 : 11;

/** What is worth compressing; pictures are already. */
const COMPRESSED = /\.(js|css|html|wasm|svg|json)$/;

/** Writes `.br` beside every text file and module: the server has no compressor for them and needs none. */
function brotli(): Plugin {
  return {
    name: 'gemba-brotli',
    apply: 'build',
    closeBundle() {
      for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !COMPRESSED.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const plain = readFileSync(path);
        const params = {
          [constants.BROTLI_PARAM_QUALITY]: QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
        };
        writeFileSync(`${path}.br`, brotliCompressSync(plain, { params }));
      }
    },
  };
}

export default defineConfig({
  root: 'terminal',
  publicDir: false,
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 200,
    reportCompressedSize: false,
  },
  server: {
    proxy: { '/api': process.env['GEMBA_URL'] ?? 'http://127.0.0.1:7878' },
  },
  plugins: [brotli()],
});
