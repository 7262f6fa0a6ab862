/** The engine's Rust crates in the page (`engine-wasm/`): the form check of the server, not one like it. */
import { signal } from '@preact/signals';

import { textCached } from './cached';
import { symbols } from './units';
import type { Answers, Changes, Json, Outline } from './types';

interface Exports {
  memory: WebAssembly.Memory;
  request_room(bytes: number): number;
  answer(): number;
  answer_at(): number;
}

let wasm: Exports | undefined;
let loading: Promise<void> | undefined;

/** Whether verdicts can be had at once. Without the engine forms work too: the server judges when they are sent. */
export const engineReady = signal(false);
/** Whether it was tried in vain to load it; tried again with the next page that wants it. */
export const engineFailed = signal(false);

/** Loads the module once; `where` is its address, or its bytes in tests. */
export function loadEngine(where: string | BufferSource): Promise<void> {
  loading ??= load(where).catch((error: unknown) => {
    loading = undefined;
    engineFailed.value = true;
    throw error;
  });
  return loading;
}

async function load(where: string | BufferSource): Promise<void> {
  const { instance } =
    typeof where === 'string'
      ? await WebAssembly.instantiateStreaming(fetch(where))
      : await WebAssembly.instantiate(where);
  wasm = instance.exports as unknown as Exports;
  symbols.value = ask<Record<string, string>>({ units: {} });
  engineFailed.value = false;
  engineReady.value = true;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function ask<T>(request: unknown): T {
  if (!wasm) throw new Error('the engine is not loaded');
  const bytes = encoder.encode(JSON.stringify(request));
  const at = wasm.request_room(bytes.length);
  new Uint8Array(wasm.memory.buffer, at, bytes.length).set(bytes);
  const size = wasm.answer();
  const answer = JSON.parse(decoder.decode(new Uint8Array(wasm.memory.buffer, wasm.answer_at(), size))) as T & {
    problem?: string;
  };
  if (answer.problem !== undefined) throw new Error(answer.problem);
  return answer;
}

/** A form that the engine has open. */
export class EngineForm {
  readonly #form: number;

  /** `step` null: the inputs of the app's start. */
  constructor(source: string, step: string | null, context: Record<string, Json>) {
    this.#form = ask<{ form: number }>({ open: { source, step, context } }).form;
  }

  /** `changed` holds answers, `null` for what is not answered any more; gets what that changes. */
  check(changed: Answers, around: { at_ms: number; offset_s: number; person: string | null }): Changes {
    return ask<Changes>({ check: { form: this.#form, changed, ...around } });
  }

  close(): void {
    ask({ close: { form: this.#form } });
  }
}

const sources = new Map<string, Promise<string>>();
const outlines = new Map<string, Outline>();

/** The source of a version of an app, which never changes. */
export function sourceOf(app: string, version: number): Promise<string> {
  const key = `${app}@${version}`;
  let source = sources.get(key);
  if (!source) {
    source = textCached(`/apps/${encodeURIComponent(app)}/source?version=${version}`);
    sources.set(key, source);
    source.catch(() => sources.delete(key));
  }
  return source;
}

export async function outlineOf(app: string, version: number): Promise<Outline> {
  const key = `${app}@${version}`;
  const known = outlines.get(key);
  if (known) return known;
  const source = await sourceOf(app, version);
  await loading;
  const outline = ask<Outline>({ outline: { source } });
  outlines.set(key, outline);
  return outline;
}
