/** Photos and files that wait for the network: their bytes are in the browser's database, their answer is an id that
 *  only this browser knows. */
import { randomId } from './ids';
import type { Json } from './types';

const PREFIX = 'pending:';
const STORE = 'blobs';

const inMemory = new Map<string, Blob>();

export function isPending(answer: Json | undefined): boolean {
  if (typeof answer === 'string') return answer.startsWith(PREFIX);
  return Array.isArray(answer) && answer.some(isPending);
}

export async function keepBlob(blob: Blob): Promise<string> {
  const id = PREFIX + randomId();
  inMemory.set(id, blob);
  await change((store) => store.put(blob, id));
  return id;
}

export async function pendingBlob(id: string): Promise<Blob | undefined> {
  return inMemory.get(id) ?? (await change<Blob | undefined>((store) => store.get(id)));
}

export async function forgetBlob(id: string): Promise<void> {
  inMemory.delete(id);
  await change((store) => store.delete(id));
}

/** Does nothing where the browser gives no database: the bytes then last as long as the page. */
async function change<T>(work: (store: IDBObjectStore) => IDBRequest): Promise<T | undefined> {
  try {
    const database = await request<IDBDatabase>(opening());
    const answer = await request<T>(work(database.transaction(STORE, 'readwrite').objectStore(STORE)));
    database.close();
    return answer;
  } catch {
    return undefined;
  }
}

function opening(): IDBOpenDBRequest {
  const opening = indexedDB.open('gemba', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return opening;
}

function request<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error);
  });
}
