/** Figures, not tests: how soon a page can be used, and how long a key takes. One JSON line; `npm run measure` after
 *  `cargo build --release -p gemba`, with `GEMBA_BIN` naming another binary. Nothing else should be at work. */
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { gzipSync } from 'node:zlib';

import { executablePath } from './support/installed';
import { Server } from './support/server';

/** Of a tablet against this machine. */
const THROTTLE = 4;
const LOADS = 5;
const KEYS = 60;
const FIELDS = 200;

const PERSON = { id: 'zhao', name: 'Zhao Min', roles: ['operator'], password: 'lathe turns at dawn' };

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
    const figures = {
      throttle: THROTTLE,
      sign_in_ms: await interactive(browser, server.url, false),
      inbox_ms: await interactive(browser, server.url, true),
      inbox_script_gzip_bytes: await script(browser, server.url),
      key_200_fields_ms: await keys(browser, server.url, task, 1),
      key_200_fields_throttled_ms: await keys(browser, server.url, task, THROTTLE),
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
    if (response.url().endsWith('.js')) bodies.push(response.body());
  });
  await opened.goto(url, { waitUntil: 'load' });
  const parts = await Promise.all(bodies);
  await opened.context().close();
  return parts.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
}

interface Key {
  median: number;
  p95: number;
  fields: number;
}

/** Time of the main thread for a key in a measured field, all that follows from it included. */
async function keys(browser: Browser, url: string, task: string, rate: number): Promise<Key> {
  const opened = await page(browser, url, true);
  await opened.goto(task);
  const session = await slowed(opened, 1);
  const input = opened.locator('.field-measure input').first();
  await input.fill('10');
  await opened.locator('.field-measure .verdict').first().waitFor();
  await session.send('Emulation.setCPUThrottlingRate', { rate });
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return of('TaskDuration') * 1000;
  };
  await input.focus();
  const took: number[] = [];
  for (let key = 0; key < KEYS; key++) {
    // Digits and back, so that verdicts and conditions change.
    const press = key % 4 === 3 ? 'Backspace' : String(key % 10);
    const before = await busy();
    await opened.keyboard.press(press);
    await opened.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))));
    took.push((await busy()) - before);
  }
  const fields = await opened.locator('[data-field]').count();
  await opened.context().close();
  return { median: tenth(at(took, 0.5)), p95: tenth(at(took, 0.95)), fields };
}

function at(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
