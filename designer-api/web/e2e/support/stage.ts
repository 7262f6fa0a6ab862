/** What a test stands on: a server, devices, and everything that is kept when it fails. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { folder } from './artefacts';
import { browser } from './chromium';
import { Device, type Look } from './device';
import { Terminal } from './terminal';
import { Server, type Options } from './server';

export class Stage {
  readonly server: Server;
  readonly #devices: Device[] = [];

  constructor(server: Server) {
    this.server = server;
  }

  /** A browser of its own: nobody is signed in, nothing is kept. */
  async device(name: string, look: Partial<Look> = {}): Promise<Device> {
    const device = await Device.open(await browser(), name, this.server.url, look);
    this.#devices.push(device);
    return device;
  }

  async terminal(name: string, look: Partial<Look> = {}): Promise<Terminal> {
    return new Terminal(await this.device(name, look));
  }

  /** Nothing went wrong in any page that the test did not say it expects. */
  check(): void {
    for (const device of this.#devices) expect(device.complaints, `what the pages of ${device.name} complained of`).toEqual([]);
  }

  /** Keeps what is needed to see why. */
  async keep(title: string): Promise<string> {
    const kept = folder('failed', title);
    for (const device of this.#devices) await device.keep(kept);
    copyFileSync(join(this.server.folder, 'log'), join(kept, 'server.log'));
    writeFileSync(join(kept, 'server.out'), this.server.said);
    return kept;
  }

  async close(): Promise<void> {
    // A frozen server would let a page that still waits for it wait for ever.
    this.server.thaw();
    await Promise.all(this.#devices.map((device) => device.close()));
    await this.server.close();
  }
}

/** One test with a server of its own. */
export function story(title: string, body: (stage: Stage) => Promise<void>, options: Options = {}): void {
  test(title, async ({ signal }) => {
    const stage = new Stage(await Server.start(options));
    try {
      await Promise.race([body(stage), aborted(signal)]);
      stage.check();
    } catch (error) {
      const kept = await stage.keep(title).catch((reason: unknown) => `(not kept: ${String(reason)})`);
      console.error(`kept in ${kept}`);
      throw error;
    } finally {
      await stage.close();
    }
  });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, failed) => signal.addEventListener('abort', () => failed(signal.reason)));
}
