/** Who is at this browser. What was typed is kept by `drafts`, whoever signs out. */
import { signal } from '@preact/signals';

import { get, isSignedOut, post, Refused, remove, setCsrf } from './api';
import { isLanguage, setLanguage } from './i18n';
import { keep, kept } from './keep';
import type { Party, Problem, Right, Session, SignedOut, Way } from './types';

/** `undefined` until the server was asked. */
export const session = signal<Session | null | undefined>(undefined);

/** What is known while nobody is signed in. */
export const signedOut = signal<SignedOut>({ station: null, ways: ['password'], setup_needed: false });

type Leaving = () => Promise<unknown>;
const leaving = new Set<Leaving>();

/** Called before the session ends by the person's or the clock's wish; gets a moment to save. */
export function beforeSignOut(save: Leaving): () => void {
  leaving.add(save);
  return () => leaving.delete(save);
}

/** Milliseconds that signing out waits for what is being saved. */
const SAVING_MS = 2000;

export async function loadSession(): Promise<void> {
  try {
    enter(await get<Session>('/session'));
  } catch (error) {
    if (!isSignedOut(error)) throw error;
    ended((error as Refused).problem);
  }
}

export type Credentials =
  | { person: string; password: string }
  | { person: string; pin: string }
  | { badge: string };

export async function signIn(credentials: Credentials): Promise<void> {
  enter(await post<Session>('/session', credentials));
}

export async function signOut(): Promise<void> {
  const saving = Promise.allSettled([...leaving].map((save) => save()));
  await Promise.race([saving, new Promise((done) => setTimeout(done, SAVING_MS))]);
  const station = session.value?.station ?? null;
  try {
    await remove('/session');
  } finally {
    const ways: Way[] = station ? ['badge', 'pin', 'password'] : ['password'];
    session.value = null;
    signedOut.value = { station, ways, setup_needed: false };
  }
}

/** The server ended the session: idle for too long, or somewhere else. */
export function ended(problem: Problem): void {
  const { station = null, ways = ['password'], setup_needed = false } = problem as Problem & Partial<SignedOut>;
  session.value = null;
  signedOut.value = { station, ways, setup_needed };
}

export function enter(to: Session): void {
  setCsrf(to.csrf);
  // What was chosen on this device goes before what is known of the person, except where people change.
  const own = to.person.language;
  if (isLanguage(own) && (to.station || kept('language') === undefined)) setLanguage(own);
  if (to.station) keep(RECENT, [named(to.person), ...recent().filter((one) => one.id !== to.person.id)].slice(0, RECENT_MAX));
  session.value = to;
}

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
