/** Who is at this browser. What was typed is kept by `drafts`, whoever signs out. */
import { batch, signal } from '@preact/signals';

import { get, isSignedOut, post, remove, setCsrf, Unreachable, watchSession } from './api';
import { isLanguage, setLanguage } from './i18n';
import { forget, keep, kept } from './keep';
import { go } from './route';
import { empty, read, write } from './store';
import type { Party, Problem, Right, Session, SignedOut, Way } from './types';

/** `undefined` until the server was asked. */
export const session = signal<Session | null | undefined>(undefined);

/** What is known while nobody is signed in. */
const NOBODY: SignedOut = { station: null, ways: ['password'], setup_needed: false };
export const signedOut = signal<SignedOut>(NOBODY);

type Leaving = () => Promise<unknown>;
const leaving = new Set<Leaving>();

/** Called before the session ends by the person's or the clock's wish; gets a moment to save. */
export function beforeSignOut(save: Leaving): () => void {
  leaving.add(save);
  return () => leaving.delete(save);
}

/** Milliseconds that signing out waits for what is being saved. */
const SAVING_MS = 2000;

/** The server ended the session while someone was at it: the page stays as it is until the same person is back. */
export const lapsed = signal<SignedOut | undefined>(undefined);

/** What a reload without the network goes on with. */
interface Remembered {
  session: Session;
  seen_ms: number;
}

export async function loadSession(): Promise<void> {
  await endForgotten();
  try {
    enter(await get<Session>('/session'));
  } catch (error) {
    // Signed out: `ended` knows.
    if (isSignedOut(error)) return;
    const known = error instanceof Unreachable && session.peek() === undefined ? await remembered() : undefined;
    if (!known) throw error;
    enter(known);
  }
}

/** Still in force as far as this device knows; the server has the last word as soon as it is reached. */
async function remembered(): Promise<Session | undefined> {
  const known = await read<Remembered>('cache', SESSION);
  if (!known) return undefined;
  const idle = Date.now() - known.seen_ms > known.session.idle_s * 1000;
  return idle || Date.parse(known.session.expires_at) <= Date.now() ? undefined : known.session;
}

const SESSION = 'session';

/** Someone is at the page: a reload may go on from here. */
export function seen(): void {
  const now = session.peek();
  if (now && !lapsed.peek()) void write('cache', [[SESSION, { session: now, seen_ms: Date.now() }]]);
}

/** A sign-out that the server was not told of: it is, before anything else. */
async function endForgotten(): Promise<void> {
  const csrf = kept<string>(SIGN_OUT);
  if (csrf === undefined) return;
  setCsrf(csrf);
  try {
    await remove('/session');
  } catch (error) {
    if (error instanceof Unreachable) throw error;
  }
  forget(SIGN_OUT);
}

const SIGN_OUT = 'sign-out';

export type Credentials =
  | { person: string; password: string }
  | { person: string; pin: string }
  | { badge: string };

export async function signIn(credentials: Credentials): Promise<void> {
  enter(await post<Session>('/session', credentials));
  others?.postMessage(null);
}

/** What was typed is saved first. */
export async function signOut(): Promise<void> {
  await endSession();
  leave();
  go('/');
}

/** The clock ended it. A shared tablet is for the next one at once; at a person's own device the page waits for them. */
export async function signOutIdle(): Promise<void> {
  const now = session.peek();
  await endSession();
  if (!now || now.station) return leave();
  lapsed.value = { ...NOBODY, ways: ['password'] };
}

async function endSession(): Promise<void> {
  const saving = Promise.allSettled([...leaving].map((save) => save()));
  await Promise.race([saving, new Promise((done) => setTimeout(done, SAVING_MS))]);
  void empty('cache');
  try {
    await remove('/session');
  } catch (error) {
    if (error instanceof Unreachable && session.peek()) keep(SIGN_OUT, session.peek()?.csrf);
  }
  others?.postMessage(null);
}

/** Nobody is at this browser any more. */
export function leave(): void {
  const station = session.peek()?.station ?? lapsed.peek()?.station ?? null;
  const ways: Way[] = station ? ['badge', 'pin', 'password'] : ['password'];
  void empty('cache');
  batch(() => {
    signedOut.value = { ...NOBODY, ...signedOut.peek(), station, ways };
    lapsed.value = undefined;
    session.value = null;
  });
  // Who may sign in here, and how, is the server's word.
  void loadSession().catch(() => undefined);
}

/** The server knows no session: idle for too long, ended somewhere else, or there was none. */
export function ended(problem: Problem): void {
  const { station = null, ways = ['password'], setup_needed = false, demo } = problem as Problem & Partial<SignedOut>;
  const out = { station, ways, setup_needed, ...(demo ? { demo } : {}) };
  signedOut.value = out;
  if (session.peek()) lapsed.value = out;
  else session.value = null;
}

/** Who was here last: where somebody else was is no place to begin. */
let last: string | undefined;

export function enter(to: Session): void {
  setCsrf(to.csrf);
  // What was chosen on this device goes before what is known of the person, except where people change.
  const own = to.person.language;
  if (isLanguage(own) && (to.station || kept('language') === undefined)) setLanguage(own);
  if (to.station) keep(RECENT, [named(to.person), ...recent().filter((one) => one.id !== to.person.id)].slice(0, RECENT_MAX));
  const other = last !== undefined && last !== to.person.id;
  last = to.person.id;
  batch(() => {
    lapsed.value = undefined;
    session.value = to;
  });
  if (other) {
    void empty('cache');
    go('/');
  }
  seen();
}

watchSession({
  signedOut: ended,
  async otherSession() {
    const before = session.peek()?.person.id;
    await loadSession();
    return before !== undefined && before === session.peek()?.person.id && lapsed.peek() === undefined;
  },
});

/** Pages of the same browser share the session: when one changes it, the others look. */
const others = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('gemba-session');
if (others) others.onmessage = () => session.peek() !== undefined && void loadSession().catch(() => undefined);

const RECENT = 'recent-people';
const RECENT_MAX = 6;

/** Who signed in at this station lately: a finger on a name is quicker than typing it with gloves on. */
export function recent(): { id: string; name: string }[] {
  return kept<{ id: string; name: string }[]>(RECENT) ?? [];
}

function named({ id, name }: { id: string; name: string }) {
  return { id, name };
}

/** Whether the person at this browser has been given this right. The server decides; the page only hides what is refused. */
export function may(right: Right): boolean {
  return session.value?.person.rights.includes(right) ?? false;
}

/** Whether the task or fact is for one of this person's roles, this person or this station. */
export function isMine(to: Party): boolean {
  const now = session.value;
  if (!now) return false;
  if (to === 'everyone') return true;
  if ('role' in to) return now.person.roles.includes(to.role);
  if ('person' in to) return now.person.id === to.person;
  return now.station?.id === to.station;
}
