/** Figures, not tests: how soon a page can be used, and how long a key takes. One JSON line; `npm run measure` after
 *  `cargo build --release -p gemba`, with `GEMBA_BIN` naming another binary. Nothing else should be at work. */
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { loadavg } from 'node:os';
import { gzipSync } from 'node:zlib';

import { executablePath } from './support/installed';
import { Server } from './support/server';

/** Of a tablet against this machine. */
const THROTTLE = 4;
const LOADS = 5;
const FIELDS = 200;
/** Values that are right, wrong and right again, as a person types them: verdicts change, and fields come and go. */
const TYPED = ['1', '0', '.', '0', '2', ...erased(5), '9', '.', '9', '8', ...erased(4), '1', '2', 'Backspace', '0', ...erased(2)];
const ROUNDS = 5;
/** Five keys a second; what comes later than that is counted with none. */
const BETWEEN_MS = 200;
const COUNTED_MS = 400;

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
    const figures = {
      throttle: THROTTLE,
      sign_in_ms: await interactive(browser, server.url, false),
      inbox_ms: await interactive(browser, server.url, true),
      inbox_script_gzip_bytes: await script(browser, server.url),
      key_200_fields_ms: await keys(browser, 1, form, server.url),
      key_200_fields_throttled_ms: await keys(browser, THROTTLE, form, server.url),
      // What the browser itself takes for a key: a page that is one input and no script.
      key_one_input_ms: await keys(browser, 1, alone),
      key_one_input_throttled_ms: await keys(browser, THROTTLE, alone),
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

interface Key {
  /** Work of the main thread up to the frame that shows the character, that frame included. */
  to_frame: Spread;
  /** All work of the main thread until the next key. */
  all: Spread;
  fields: number;
}

interface Spread {
  median: number;
  p95: number;
  /** The median over the keys of the least of all rounds: what a key takes when nothing else is at work here. */
  undisturbed: number;
}

/** What a key in the first measured field takes, in ms of the main thread's own time, which throttling stretches.
 *
 *  The browser's trace says it, task by task, so that nothing of the measuring is in it: a key is pressed by the
 *  browser process, as a real one is, and no script is evaluated in the page meanwhile. All tasks count, also those that
 *  are none of ours (caret, autofill, garbage), and also what is done later (draft, check), until the next key comes. */
async function keys(browser: Browser, rate: number, open: (page: Page) => Promise<void>, signedIn?: string): Promise<Key> {
  const opened = await page(browser, signedIn ?? '', signedIn !== undefined);
  await open(opened);
  const fields = await opened.locator('[data-field]:visible').count();
  await slowed(opened, rate);
  await browser.startTracing(opened, { categories: ['toplevel', 'devtools.timeline'] });
  for (let round = 0; round < ROUNDS; round++) {
    for (const key of TYPED) {
      await opened.keyboard.press(key);
      await new Promise((done) => setTimeout(done, BETWEEN_MS));
    }
  }
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: Traced[] };
  await opened.context().close();
  const took = work(traceEvents);
  return { to_frame: spread(took.map((one) => one.to_frame)), all: spread(took.map((one) => one.all)), fields };
}

/** Of the trace event format; times in microseconds. */
interface Traced {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { data?: { type?: string }; src_func?: string };
}

/** For every key: the tasks of the page's main thread, from the one that brings it. */
function work(events: Traced[]): { to_frame: number; all: number }[] {
  const downs = events.filter(({ name, args }) => name === 'EventDispatch' && args?.data?.type === 'keydown');
  const [first] = downs;
  if (!first) throw new Error('no key in the trace');
  const tasks = events
    .filter(({ name, ph, pid, tid }) => name === 'ThreadControllerImpl::RunTask' && ph === 'X' && pid === first.pid && tid === first.tid)
    .sort((a, b) => a.ts - b.ts);
  const starts = downs
    .map(({ ts }) => tasks.findIndex((task) => task.ts <= ts && ts <= task.ts + (task.dur ?? 0)))
    .filter((start) => start >= 0)
    .sort((a, b) => a - b);
  const ms = (some: Traced[]) => some.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1000;
  return starts.map((start, key) => {
    const own = tasks.slice(start, starts[key + 1]).filter(({ ts }) => ts < (tasks[start]?.ts ?? 0) + COUNTED_MS * 1000);
    const frame = own.findIndex(({ args }) => args?.src_func === 'ScheduledActionSendBeginMainFrame');
    return { to_frame: ms(own.slice(0, frame + 1)), all: ms(own) };
  });
}

/** The first round is for warming up. */
function spread(all: number[]): Spread {
  const took = all.slice(TYPED.length);
  const least = TYPED.map((_, key) => Math.min(...took.filter((_, at) => at % TYPED.length === key)));
  return { median: tenth(at(took, 0.5)), p95: tenth(at(took, 0.95)), undisturbed: tenth(at(least, 0.5)) };
}

function at(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
