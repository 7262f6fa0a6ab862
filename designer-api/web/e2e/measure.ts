/** Figures, not tests: how soon a page can be used, and how long a key takes. One JSON line; `npm run measure` after
 *  `cargo build --release -p gemba`, with `GEMBA_BIN` naming another binary. Nothing else should be at work
 *  for what is measured of loading; of keys alone, `npm run measure -- keys`, the CPU time is told. */
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { loadavg } from 'node:os';
import { gzipSync } from 'node:zlib';

import { executablePath } from './support/installed';
import { Server } from './support/server';
import { keysOf, PARTS, STAMPS, stampEngine, type KeyWork, type Traced, type Work } from './support/trace';

/** Of a tablet against this machine. */
const THROTTLE = 4;
const LOADS = 5;
const FIELDS = 200;
/** Values that are right, wrong and right again, as a person types them: verdicts change, and fields come and go. */
const TYPED = ['1', '0', '.', '0', '2', ...erased(5), '9', '.', '9', '8', ...erased(4), '1', '2', 'Backspace', '0', ...erased(2)];
const ROUNDS = 5;
/** Five keys a second. */
const BETWEEN_MS = 200;

const PERSON = { id: 'zhao', name: 'Zhao Min', roles: ['operator'], password: 'lathe turns at dawn' };

function erased(keys: number): string[] {
  return Array.from({ length: keys }, () => 'Backspace');
}

/** A form of 200 fields: of four, one is a measure, one is judged by a condition over it, one is shown by another. */
function large(): string {
  const lines = ['app: Large form', 'steps:', '  - form: Answer all', '    to: operator', '    fields:'];
  for (let n = 0; n < FIELDS / 4; n++) {
    lines.push(`      - measure: Length ${n}`, '        limits: 9 to 11 mm', '        decimals: 2');
    lines.push(`      - number: Offset ${n}`, `        show_if: length_${n} is ok or length_${n} is empty`);
    lines.push(`      - text: Remark ${n}`, `        show_if: length_${n} is not ok`, '        optional: yes');
    lines.push(`      - number: Sum ${n}`, `        default: = if offset_${n} is filled then offset_${n} * 2 + ${n} else ${n}`, '        optional: yes');
  }
  return lines.join('\n');
}

export async function measure(): Promise<void> {
  const server = await Server.start({ apps: { 'large.yaml': large() } });
  const browser = await chromium.launch({ executablePath: executablePath() });
  try {
    await server.call('POST', '/people', PERSON);
    const run = await server.call<{ tasks: { id: string }[] }>('POST', '/runs', { app: 'large_form' });
    const task = `${server.url}/tasks/${run.tasks[0]?.id}`;
    const form = async (opened: Page) => {
      await opened.goto(task);
      const input = opened.locator('.field-measure input').first();
      await input.fill('10');
      await opened.locator('.field-measure .verdict').first().waitFor();
      await input.fill('');
    };
    const alone = async (opened: Page) => {
      await opened.setContent('<!doctype html><input autocomplete="off">');
      await opened.locator('input').focus();
    };
    const pages = async () => ({
      sign_in_ms: await interactive(browser, server.url, false),
      inbox_ms: await interactive(browser, server.url, true),
      inbox_script_gzip_bytes: await script(browser, server.url),
    });
    const figures = {
      throttle: THROTTLE,
      ...(process.argv.includes('keys') ? {} : await pages()),
      key_200_fields_ms: await keys(browser, 1, form, server.url),
      key_200_fields_throttled_ms: await keys(browser, THROTTLE, form, server.url),
      // What the browser itself takes for a key: a page that is one input and no script.
      key_one_input_ms: await keys(browser, 1, alone),
      key_one_input_throttled_ms: await keys(browser, THROTTLE, alone),
      engine_ms: await stamped(browser, 1, form, server.url),
      engine_throttled_ms: await stamped(browser, THROTTLE, form, server.url),
      loop_ms: await loop(browser, 1),
      loop_throttled_ms: await loop(browser, THROTTLE),
      load: loadavg()[0],
    };
    console.log(JSON.stringify(figures));
  } finally {
    await browser.close();
    await server.close();
  }
}

async function page(browser: Browser, url: string, signedIn: boolean): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, hasTouch: true, isMobile: true });
  if (signedIn) {
    const data = { person: PERSON.id, password: PERSON.password };
    const answer = await context.request.post(`${url}/api/v1/session`, { data });
    if (!answer.ok()) throw new Error(`signing in: ${answer.status()}`);
  }
  return context.newPage();
}

async function slowed(page: Page, rate: number): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
  return session;
}

/** From the wish to the last of: what is asked for can be pressed, and no task longer than 50 ms is at work. */
async function interactive(browser: Browser, url: string, signedIn: boolean): Promise<number> {
  const all: number[] = [];
  for (let load = 0; load < LOADS; load++) {
    const opened = await page(browser, url, signedIn);
    await slowed(opened, THROTTLE);
    await opened.addInitScript(() => {
      const long = { end: 0 };
      Object.assign(window, { long });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) long.end = Math.max(long.end, entry.startTime + entry.duration);
      }).observe({ type: 'longtask', buffered: true });
      const look = () => {
        const there = document.querySelector('main a.task, main .credentials button[type=submit]');
        if (there) Object.assign(window, { there: performance.now() });
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    await opened.goto(url);
    await opened.waitForFunction(() => 'there' in window && performance.now() > (window as unknown as { there: number }).there + 1000);
    all.push(
      await opened.evaluate(() => {
        const { there, long } = window as unknown as { there: number; long: { end: number } };
        // A long task that begins after the page is there does not count: it is the engine, loaded while nobody waits.
        return long.end > there && long.end < there + 50 ? long.end : there;
      }),
    );
    await opened.context().close();
  }
  return Math.round(at(all, 0.5));
}

/** What the inbox has loaded before it is painted. */
async function script(browser: Browser, url: string): Promise<number> {
  const opened = await page(browser, url, true);
  const bodies: Promise<Buffer>[] = [];
  opened.on('response', (response) => {
    if (!response.url().endsWith('.js')) return;
    const body = response.body();
    // One that comes when all that counts is there, and the page is closed over it.
    body.catch(() => undefined);
    bodies.push(body);
  });
  await opened.goto(url, { waitUntil: 'load' });
  const parts = await Promise.all(bodies);
  await opened.context().close();
  return parts.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
}

/** What a key takes, medians over the keys.
 *
 *  **The bar** is `to_frame.total` of the form at `throttle`: what the page's main thread works, from the task that brings
 *  the key to the end of the task that makes the first frame with the character, all that it does between them included,
 *  ours or not (caret, autofill, garbage). `all` is what it works until the next key: draft, writing, later frames.
 *
 *  Both are CPU time by the clock of the thread, so that what else is at work on the machine is not in it, caches apart.
 *  Chromium throttles by a signal that has the thread itself turn in a loop for three of four parts of the time: it
 *  burns CPU time, so that throttling counts, with what the signals cost above it. How much a page is slowed in truth
 *  is `loop`: one loop, not throttled and throttled. What other threads and processes do to bring the frame on the
 *  screen is not in it; `presented_wall`, in wall time, has it: that of the Event Timing standard, which INP is made of. */
interface Key {
  keys: number;
  /** Those whose frame was made before the next key; only of them `to_frame` tells. */
  framed: number;
  fields: number;
  to_frame: Figures;
  all: Figures;
  presented_wall: number;
}

/** Medians part by part, which need not add up to that of the whole. */
interface Figures extends Work {
  p95: number;
  /** The median over the keys of the least of all rounds: what a key takes when nothing disturbs it. */
  undisturbed: number;
}

/** The browser's trace says it, so that nothing of the measuring is in it: a key is pressed by the browser process,
 *  as a real one is, and no script is evaluated in the page meanwhile. */
async function keys(browser: Browser, rate: number, open: (page: Page) => Promise<void>, signedIn?: string): Promise<Key> {
  const opened = await page(browser, signedIn ?? '', signedIn !== undefined);
  await open(opened);
  const fields = await opened.locator('[data-field]:visible').count();
  const took = await typed(browser, opened, rate);
  const presented = took.flatMap(({ presented_wall }) => presented_wall ?? []);
  return {
    keys: took.length,
    framed: took.filter(({ to_frame }) => to_frame).length,
    fields,
    to_frame: figures(took.map(({ to_frame }) => to_frame)),
    all: figures(took.map(({ all }) => all)),
    presented_wall: hundredth(at(presented, 0.5)),
  };
}

/** What the engine takes of a key, in ms of CPU time: apart, for the stamps around its calls take about as long as it. */
async function stamped(browser: Browser, rate: number, open: (page: Page) => Promise<void>, url: string): Promise<number> {
  const opened = await page(browser, url, true);
  await opened.addInitScript(stampEngine, STAMPS);
  await open(opened);
  const took = await typed(browser, opened, rate);
  return hundredth(at(took.map(({ all }) => all.engine), 0.5));
}

/** Types into the page, and closes it. */
async function typed(browser: Browser, opened: Page, rate: number): Promise<KeyWork[]> {
  await slowed(opened, rate);
  const events = await traced(browser, opened, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      for (const key of TYPED) {
        await opened.keyboard.press(key);
        await new Promise((done) => setTimeout(done, BETWEEN_MS));
      }
    }
  });
  await opened.context().close();
  const found = keysOf(events);
  if (found.length !== ROUNDS * TYPED.length) throw new Error(`${found.length} keys in the trace`);
  // The first round is for warming up.
  return found.slice(TYPED.length);
}

/** So long, in ms of CPU time, one loop takes. */
async function loop(browser: Browser, rate: number): Promise<number> {
  const opened = await page(browser, '', false);
  await opened.setContent('<!doctype html>');
  await opened.evaluate(() => {
    const turn = (window as unknown as { turned: number });
    const turns = () => {
      let x = 1;
      for (let n = 0; n < 2e6; n++) x = (Math.imul(x, 1_103_515_245) + n) | 0;
      turn.turned = x;
    };
    for (let n = 0; n < 50; n++) turns();
    Object.assign(window, { turns });
  });
  await slowed(opened, rate);
  const events = await traced(browser, opened, () =>
    opened.evaluate(
      () =>
        new Promise<void>((done) => {
          let left = 60;
          setTimeout(function measured() {
            (window as unknown as { turns: () => void }).turns();
            if (left-- > 0) setTimeout(measured, 20);
            else done();
          }, 20);
        }),
    ),
  );
  await opened.context().close();
  const calls = events.filter(({ name, args }) => name === 'FunctionCall' && args?.data?.functionName === 'measured');
  return hundredth(at(calls.map(({ tdur = 0 }) => tdur / 1000), 0.5));
}

async function traced(browser: Browser, opened: Page, work: () => Promise<unknown>): Promise<Traced[]> {
  await browser.startTracing(opened, { categories: ['toplevel', 'devtools.timeline'] });
  await work();
  return (JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: Traced[] }).traceEvents;
}

function figures(all: (Work | undefined)[]): Figures {
  const known = all.flatMap((work) => work ?? []);
  const share = (of: keyof Work, share: number) => hundredth(at(known.map((work) => work[of]), share));
  const median = Object.fromEntries([...PARTS, 'total' as const].map((part) => [part, share(part, 0.5)])) as Work;
  const least = TYPED.map((_, key) => Math.min(...all.map((work, at) => (at % TYPED.length === key && work?.total) || Infinity)));
  return { ...median, p95: share('total', 0.95), undisturbed: hundredth(at(least, 0.5)) };
}

function at(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function hundredth(value: number): number {
  return Math.round(value * 100) / 100;
}
