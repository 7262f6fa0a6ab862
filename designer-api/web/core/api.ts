/** The REST API: one way to call it, one kind of error. */
import { signal } from '@preact/signals';

import { learnSkew } from './clock';
import { randomId } from './ids';
import { language } from './i18n';
import type { Problem } from './types';

export const ROOT = '/api/v1';

/** Whether the last call reached the server. */
export const online = signal(true);

/** Given with the session; every change carries it. */
let csrf = '';

export function setCsrf(token: string): void {
  csrf = token;
}

/** What to do when the server knows no session any more, and when it knows another one than this page. */
export interface Watch {
  signedOut(problem: Problem): void;
  /** True when the same person goes on, and the request can be made again. */
  otherSession(): Promise<boolean>;
}

let watch: Watch | undefined;

export function watchSession(by: Watch): void {
  watch = by;
}

/** Longer than a slow answer takes; a network that swallows everything would be waited for for minutes. */
const PATIENCE_MS = 8000;
const UPLOAD_PATIENCE_MS = 90_000;

/** The server said no; `problem` says why, in the reader's language. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'Refused';
  }
}

/** The server was not reached: nothing is known about what it did. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('the server is not reached', { cause });
    this.name = 'Unreachable';
  }
}

export interface Options {
  /** The same key with the same request gives the first answer again, so a repeat after `Unreachable` is safe. */
  key?: string;
  patience_ms?: number;
  /** Goes on when the page is left. */
  keepalive?: boolean;
}

export function get<T>(path: string, options: Options = {}): Promise<T> {
  return call<T>('GET', path, undefined, options);
}

export function post<T>(path: string, body?: unknown, options: Options = {}): Promise<T> {
  return call<T>('POST', path, json(body), { key: randomId(), ...options });
}

export function put<T>(path: string, body: unknown, options: Options = {}): Promise<T> {
  return call<T>('PUT', path, json(body), { key: randomId(), ...options });
}

export function remove<T>(path: string): Promise<T> {
  return call<T>('DELETE', path, undefined, { key: randomId() });
}

export function upload<T>(path: string, bytes: Blob): Promise<T> {
  return call<T>('POST', path, { body: bytes, type: bytes.type || 'application/octet-stream' }, { patience_ms: UPLOAD_PATIENCE_MS });
}

export async function text(path: string): Promise<string> {
  return (await reach('GET', path, undefined, {})).text();
}

interface Body {
  body: BodyInit;
  type: string;
}

function json(body: unknown): Body | undefined {
  return body === undefined ? undefined : { body: JSON.stringify(body), type: 'application/json' };
}

async function call<T>(method: string, path: string, body: Body | undefined, options: Options): Promise<T> {
  const response = await reach(method, path, body, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function reach(method: string, path: string, body: Body | undefined, options: Options): Promise<Response> {
  const response = await send(method, path, body, options);
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.code === 'signed-out') watch?.signedOut(problem);
  if (problem.code === 'csrf' && (await watch?.otherSession())) {
    const again = await send(method, path, body, options);
    if (again.ok) return again;
    throw new Refused(await problemOf(again));
  }
  throw new Refused(problem);
}

async function send(method: string, path: string, body: Body | undefined, options: Options): Promise<Response> {
  const headers: Record<string, string> = { 'Accept-Language': language.value };
  if (body) headers['Content-Type'] = body.type;
  if (method !== 'GET' && csrf) headers['Gemba-CSRF'] = csrf;
  if (options.key) headers['Idempotency-Key'] = options.key;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), options.patience_ms ?? PATIENCE_MS);
  try {
    const response = await fetch(ROOT + path, {
      method,
      headers,
      credentials: 'same-origin',
      signal: patience.signal,
      ...(body ? { body: body.body } : {}),
      ...(options.keepalive ? { keepalive: true } : {}),
    });
    online.value = true;
    learnSkew(response.headers.get('Date'), Date.now());
    return response;
  } catch (cause) {
    online.value = false;
    throw new Unreachable(cause);
  } finally {
    clearTimeout(timer);
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const status = response.status;
  const found: Partial<Problem> = await response.json().catch(() => ({}));
  return { code: 'unknown', title: '', detail: `${status} ${response.statusText}`, ...found, status };
}

/** Whether waiting and trying again may help: not reached, busy, stopping. */
export function isPassing(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  return error instanceof Refused && (error.problem.status === 503 || error.problem.status === 429);
}

/** Whether nobody is signed in any more. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof Refused && error.problem.code === 'signed-out';
}
