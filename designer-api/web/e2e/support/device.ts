/** One device on the floor: a browser context with one page, watched for everything that should not happen. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';

import type { Language } from '../../core/i18n';

export const SIZES = {
  phone: { width: 390, height: 844 },
  tablet: { width: 1280, height: 800 },
  desktop: { width: 2560, height: 1440 },
} as const;

export interface Look {
  size: keyof typeof SIZES;
  language: Language;
  theme: 'day' | 'night';
  /** Another name of the server: by that of a plain host the page is no secure context. */
  url: string;
}

/** Longest that a page may take for one thing, on a machine that is busy with other things. */
const WAIT_MS_MAX = 30_000;

/** An answer that a test expects: a status, and how the path below `/api/v1` begins. */
interface Expected {
  status: number;
  path: RegExp;
}

export class Device {
  readonly name: string;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly url: string;
  readonly language: Language;
  readonly complaints: string[] = [];
  /** Refused as it should be: what is asked before anybody has signed in, and a task that was done meanwhile. */
  readonly #expected: Expected[] = [
    { status: 401, path: /^\/session$/ },
    { status: 404, path: /^\/tasks\/[^/]+$/ },
  ];
  readonly #borne: RegExp[] = [];
  #mayBreak = false;
  readonly #said: string[] = [];

  private constructor(name: string, context: BrowserContext, page: Page, url: string, language: Language) {
    this.name = name;
    this.context = context;
    this.page = page;
    this.url = url;
    this.language = language;
  }

  static async open(browser: Browser, name: string, url: string, look: Partial<Look>): Promise<Device> {
    const { size = 'tablet', language = 'en', theme = 'day' } = look;
    const touch = size !== 'desktop';
    const context = await browser.newContext({
      viewport: SIZES[size],
      locale: language === 'zh' ? 'zh-CN' : 'en-GB',
      timezoneId: 'Asia/Shanghai',
      colorScheme: theme === 'night' ? 'dark' : 'light',
      hasTouch: touch,
      isMobile: touch,
      reducedMotion: 'reduce',
      permissions: ['camera'],
    });
    context.setDefaultTimeout(WAIT_MS_MAX);
    await context.tracing.start({ snapshots: true, screenshots: false, sources: false });
    const device = new Device(name, context, await context.newPage(), look.url ?? url, language);
    device.#watch();
    return device;
  }

  /** Opens a page by its address. */
  async go(path = '/'): Promise<void> {
    await this.page.goto(path.startsWith('http') ? path : this.url + path);
  }

  /** From now on this answer is part of the story. */
  expects(status: number, path: RegExp): void {
    this.#expected.push({ status, path });
  }

  /** A complaint that is nothing to this test. */
  bears(about: RegExp): void {
    this.#borne.push(about);
  }

  /** A complaint that the test was after; without it the test fails. */
  forgive(about: RegExp): void {
    const at = this.complaints.findIndex((one) => about.test(one));
    if (at < 0) throw new Error(`the pages of ${this.name} did not complain of ${about}`);
    this.complaints.splice(at, 1);
  }

  /** While the network is down or the server is away, requests fail. */
  async whileBroken(work: () => Promise<void>): Promise<void> {
    this.#mayBreak = true;
    await work();
    this.#mayBreak = false;
  }

  async offline(work: () => Promise<void>): Promise<void> {
    await this.whileBroken(async () => {
      await this.context.setOffline(true);
      await work();
      await this.context.setOffline(false);
    });
  }

  /** A scanner that types: keys a few milliseconds apart, whatever the machine is busy with, then Enter. */
  async wedge(code: string): Promise<void> {
    const session = await this.#cdp();
    let at = Date.now() / 1000;
    const keys = [...code].map((text) => ({ key: text, text, code: codeOf(text), windowsVirtualKeyCode: text.toUpperCase().charCodeAt(0) }));
    for (const key of [...keys, { key: 'Enter', text: '\r', code: 'Enter', windowsVirtualKeyCode: 13 }]) {
      at += 0.005;
      await session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key, timestamp: at });
      await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key, timestamp: at });
    }
  }

  async #cdp(): Promise<CDPSession> {
    this.#session ??= await this.context.newCDPSession(this.page);
    return this.#session;
  }
  #session: CDPSession | undefined;

  #watch(): void {
    const { page } = this;
    page.on('pageerror', (error) => this.#complain(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      this.#said.push(`${message.type()}: ${message.text()}`);
      // What was answered and what was not reached is looked at below, with its address.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        this.#complain(`console: ${message.text()}`);
      }
    });
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // A page that is left takes its requests with it.
      if (!this.#mayBreak && why !== 'net::ERR_ABORTED') this.#complain(`${request.method()} ${request.url()}: ${why}`);
    });
    page.on('response', (response) => {
      const status = response.status();
      const path = new URL(response.url()).pathname.replace(/^\/api\/v1/, '');
      const expected = this.#expected.some((one) => one.status === status && one.path.test(path));
      if (status >= 400 && !expected) this.#complain(`${response.request().method()} ${path}: ${status}`);
    });
  }

  #complain(about: string): void {
    if (this.#borne.some((one) => one.test(about))) return;
    if (!this.#mayBreak || about.startsWith('uncaught')) this.complaints.push(about);
  }

  async keep(into: string): Promise<void> {
    writeFileSync(join(into, `${this.name}.console.txt`), [...this.#said, ...this.complaints].join('\n'));
    await this.page.screenshot({ path: join(into, `${this.name}.png`), timeout: 5000 }).catch(() => undefined);
    await this.context.tracing.stop({ path: join(into, `${this.name}.trace.zip`) }).catch(() => undefined);
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

/** The key that types a character, as far as scanners' codes need it. */
function codeOf(character: string): string {
  if (/[a-z]/i.test(character)) return `Key${character.toUpperCase()}`;
  return /\d/.test(character) ? `Digit${character}` : 'Minus';
}
