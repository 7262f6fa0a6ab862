/** Photos and files that wait for the network: their bytes are in the browser's database, their answer is an id that
 *  only this browser knows. */
import { upload } from './api';
import { randomId } from './ids';
import { read, write } from './store';
import type { Answers, Json } from './types';

const PREFIX = 'pending:';

const inMemory = new Map<string, Blob>();

export function isPending(answer: Json | undefined): boolean {
  if (typeof answer === 'string') return answer.startsWith(PREFIX);
  if (typeof answer !== 'object' || answer === null) return false;
  return Object.values(answer).some(isPending);
}

export async function keepBlob(blob: Blob): Promise<string> {
  const id = PREFIX + randomId();
  inMemory.set(id, blob);
  await write('blobs', [[id, blob]]);
  return id;
}

export async function pendingBlob(id: string): Promise<Blob | undefined> {
  return inMemory.get(id) ?? (await read<Blob>('blobs', id));
}

export async function forgetBlob(id: string): Promise<void> {
  inMemory.delete(id);
  await write('blobs', [[id, undefined]]);
}

/** The id that the server gives; `undefined` when there is nothing left to send: the browser was cleaned in between. */
export async function sendBlob(id: string): Promise<string | undefined> {
  const blob = await pendingBlob(id);
  return blob && (await upload<{ id: string }>('/blobs', blob)).id;
}

/** The same answers with everything sent that waited. */
export async function sendPending(answers: Answers): Promise<Answers> {
  const sent: Answers = {};
  for (const [field, answer] of Object.entries(answers)) {
    const now = await sendIn(answer);
    if (now !== undefined) sent[field] = now;
  }
  return sent;
}

async function sendIn(answer: Json): Promise<Json | undefined> {
  if (!isPending(answer)) return answer;
  if (typeof answer === 'string') return sendBlob(answer);
  if (!Array.isArray(answer)) return sendPending(answer as Answers);
  const list: Json[] = [];
  for (const one of answer) {
    const now = await sendIn(one);
    if (now !== undefined) list.push(now);
  }
  return list.length > 0 ? list : undefined;
}
