/// <reference lib="webworker" />
/** Keeps the page and its files on the device, so that a reload without the network still shows the tasks and a half-filled
 *  form. What the server answers is not kept here but by the page (`core/cached.ts`), which knows whose it is.
 *
 *  Imports nothing: it is a file of its own at the root, and `vite.config.ts` writes the list of files into it. */
const worker = self as unknown as ServiceWorkerGlobalScope;

/** Paths of all built files; their names change with their content. */
const FILES = '__FILES__' as unknown as string[];
const CACHE = 'gemba-__VERSION__';
const PAGE = '/';

/** Paths that the page shows; all others are the server's own. */
const PAGES = /^\/($|(runs|tasks|start|floor|people|station|account|welcome)(\/|$))/;
/** A network that swallows everything is not waited for any longer. */
const PATIENCE_MS = 4000;
/** Of this version and the one before: a page that is still open may ask for a part of it. */
const CACHES_MAX = 2;

worker.addEventListener('install', (event) => {
  event.waitUntil(install().then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOld().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
  if (url.pathname.startsWith('/assets/')) event.respondWith(file(request));
  else if (request.mode === 'navigate' && PAGES.test(url.pathname)) event.respondWith(page(request));
});

/** Files that an older version has are not loaded again. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  const one = async (path: string) => {
    const known = await caches.match(path);
    if (known) await cache.put(path, known);
    else await cache.add(path);
  };
  await cache.add(new Request(PAGE, { cache: 'no-cache' }));
  // A part that cannot be had now is loaded when it is wanted.
  await Promise.allSettled(FILES.map(one));
}

async function dropOld(): Promise<void> {
  const own = (await caches.keys()).filter((name) => name.startsWith('gemba-') && name !== CACHE);
  // They are told in the order in which they were made.
  await Promise.all(own.slice(0, Math.max(0, own.length - (CACHES_MAX - 1))).map((name) => caches.delete(name)));
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** As the server has it; without the server as it was last. */
async function page(request: Request): Promise<Response> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    return await fetch(request, { signal: patience.signal });
  } catch (error) {
    const kept = await caches.match(PAGE);
    if (kept) return kept;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
