/** One Chromium for all files: `chromium.launchServer`, to which each file connects. */
import { rmSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';

import { ARTEFACTS, CAMERA } from './artefacts';
import { writeCamera } from './barcodes';
import { executablePath } from './installed';

declare module 'vitest' {
  interface ProvidedContext {
    chromium: string;
  }
}

/** A name that leads here and is, unlike 127.0.0.1, no secure context: as a tablet sees a server without TLS. */
export const PLAIN_HOST = 'gemba.test';

export const ARGUMENTS = [
  `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
  // A camera that films a barcode.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-video-capture=${CAMERA}`,
];

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  rmSync(ARTEFACTS, { recursive: true, force: true });
  await writeCamera(CAMERA);
  const server = await chromium.launchServer({ executablePath: executablePath(), args: ARGUMENTS });
  project.provide('chromium', server.wsEndpoint());
  return () => server.close();
}

let connected: Promise<Browser> | undefined;

export function browser(): Promise<Browser> {
  connected ??= chromium.connect(inject('chromium'));
  return connected;
}
