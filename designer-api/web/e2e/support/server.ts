/** A real server process in a folder of its own, on a port of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

import { ARTEFACTS } from './artefacts';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');
const BINARY = process.env['GEMBA_BIN'] ?? join(REPOSITORY, 'target/debug/gemba');
/** In the form of a token; with it tests prepare what is not theirs to show. */
const TOKEN = `gemba_${'00112233445566778899aabbccddeeff'.repeat(2)}`;

const START_MS_MAX = 60_000;
const STOP_MS_MAX = 20_000;

/** Whatever ends the tests ends their servers. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export interface Options {
  /** File name and text; the examples when not given. */
  apps?: Record<string, string>;
  /** More of `gemba serve`. */
  flags?: string[];
}

const EXAMPLES = ['first-piece-inspection.yaml', 'andon-call.yaml', 'near-miss.yaml'];

export function example(name: string): string {
  return readFileSync(join(REPOSITORY, 'examples', name), 'utf8');
}

export class Server {
  readonly folder: string;
  readonly #flags: string[];
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  /** Host and port; the same after a restart, as people's browsers need it. */
  #address = '127.0.0.1:0';
  #said: string[] = [];

  private constructor(folder: string, flags: string[]) {
    this.folder = folder;
    this.#flags = flags;
  }

  static async start({ apps, flags = [] }: Options = {}): Promise<Server> {
    // On a real disk: `/tmp` may be memory.
    mkdirSync(ARTEFACTS, { recursive: true });
    const server = new Server(mkdtempSync(join(ARTEFACTS, 'server-')), flags);
    mkdirSync(join(server.folder, 'apps'));
    const files = apps ?? Object.fromEntries(EXAMPLES.map((name) => [name, example(name)]));
    const site = { 'site.yaml': example('site.yaml') };
    for (const [name, text] of Object.entries({ ...site, ...files })) writeFileSync(join(server.folder, 'apps', name), text);
    writeFileSync(join(server.folder, 'token'), TOKEN);
    await server.begin();
    return server;
  }

  get url(): string {
    return `http://${this.#address}`;
  }

  /** For a request that is made elsewhere than in `call`. */
  get authorization(): string {
    return `Bearer ${TOKEN}`;
  }

  get port(): number {
    return Number(this.#address.split(':')[1]);
  }

  /** What it said on standard output, since the last start. */
  get said(): string {
    return this.#said.join('\n');
  }

  /** The one-time link for the first administrator. */
  get setupLink(): string {
    const link = /https?:\/\/\S+\/setup#\S+/.exec(this.said)?.[0];
    if (!link) throw new Error(`no setup link in what the server said:\n${this.said}`);
    return link;
  }

  get log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  /** Starts, and ends when it takes requests. */
  async begin(): Promise<void> {
    const inside = (name: string) => join(this.folder, name);
    const child = spawn(
      BINARY,
      ['serve', inside('apps'), '--data', inside('data'), '--listen', this.#address,
        '--token-file', inside('token'), ...this.#flags],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' } },
    );
    this.#child = child;
    this.#said = [];
    running.add(child);
    const log = inside('log');
    writeFileSync(log, '', { flag: 'a' });
    child.stderr?.on('data', (bytes: Buffer) => appendFileSync(log, bytes));
    this.#ended = new Promise((done) => {
      child.once('error', () => done());
      child.once('exit', () => {
        running.delete(child);
        done();
      });
    });
    await new Promise<void>((ready, failed) => {
      const late = setTimeout(() => failed(new Error(`${BINARY} did not start:\n${this.said}`)), START_MS_MAX);
      child.once('error', failed);
      child.once('exit', (code) => failed(new Error(`${BINARY} ended with ${code}:\n${this.said}\n${this.log}`)));
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        this.#said.push(line);
        const address = /^listening on https?:\/\/(\S+)/.exec(line)?.[1];
        if (!address) return;
        this.#address = address;
        clearTimeout(late);
        ready();
      });
    });
  }

  /** SIGKILL: the process has no say in it. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** It takes connections and answers nothing: a network that swallows, a machine that swaps. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends it and removes its folder. */
  async close(): Promise<void> {
    this.thaw();
    this.#child?.kill('SIGTERM');
    const hard = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_MS_MAX);
    await this.#ended;
    clearTimeout(hard);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A request under the token of the first start, which has every right; `path` is below `/api/v1`. The token vouches
   *  for `person`. */
  async call<T>(method: string, path: string, body?: unknown, person?: string): Promise<T> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        Authorization: this.authorization,
        'Content-Type': 'application/json',
        ...(person === undefined ? {} : { 'Gemba-Person': person }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
