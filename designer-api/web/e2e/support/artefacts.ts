/** What a person looks at afterwards, outside of git. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ARTEFACTS = resolve(import.meta.dirname, '../../../../target/e2e');

/** The film that the browser's camera shows. */
export const CAMERA = join(ARTEFACTS, 'camera.y4m');

/** A folder below `target/e2e`, made when it is missing. */
export function folder(...names: string[]): string {
  const path = join(ARTEFACTS, ...names.map((name) => name.replace(/[^\p{L}\p{N}.-]+/gu, '-')));
  mkdirSync(path, { recursive: true });
  return path;
}
