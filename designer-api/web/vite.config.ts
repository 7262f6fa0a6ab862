import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Where `cargo build` wants it; by hand beside the sources. */
const outDir = resolve(process.env['GEMBA_WEB_OUT'] ?? 'dist');

/** The best takes seconds for the engine; while someone works on Rust, good is enough. */
const QUALITY = process.env['PROFILE'] === 'debug' ? 5 : 11;

/** What is worth compressing; pictures are already. */
const COMPRESSED = /\.(js|css|html|wasm|svg|json|webmanifest)$/;

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

/** Writes the list of built files into the service worker, and the manifest that lets a tablet start the page as an app. */
function offline(): Plugin {
  return {
    name: 'gemba-offline',
    apply: 'build',
    transformIndexHtml: () => [{ tag: 'link', attrs: { rel: 'manifest', href: '/manifest.webmanifest' }, injectTo: 'head' }],
    closeBundle() {
      const files = readdirSync(join(outDir, 'assets')).sort().map((name) => `/assets/${name}`);
      const list = JSON.stringify(files);
      const path = join(outDir, 'sw.js');
      const worker = readFileSync(path, 'utf8');
      const version = createHash('sha256').update(list).update(worker).digest('hex').slice(0, 12);
      writeFileSync(path, worker.replace(/(["'`])__FILES__\1/, () => list).replace('__VERSION__', version));
      const icon = files.find((name) => /\/icon-.*\.svg$/.test(name));
      const manifest = {
        name: 'Gemba',
        short_name: 'Gemba',
        start_url: '/',
        display: 'standalone',
        background_color: '#eef1f4',
        theme_color: '#14324a',
        icons: [{ src: icon, sizes: 'any', type: 'image/svg+xml', purpose: 'any' }],
      };
      writeFileSync(join(outDir, 'manifest.webmanifest'), JSON.stringify(manifest));
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
    rolldownOptions: {
      input: { index: resolve(import.meta.dirname, 'terminal/index.html'), sw: resolve(import.meta.dirname, 'terminal/sw.ts') },
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: {
    proxy: { '/api': process.env['GEMBA_URL'] ?? 'http://127.0.0.1:7878' },
  },
  plugins: [offline(), brotli()],
});
