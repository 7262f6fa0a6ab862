/** Cameras, scanners and pictures, with and without TLS. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

import { barcode, FILMED } from './support/barcodes';
import { PLAIN_HOST } from './support/chromium';
import { arrive, zhao } from './support/people';
import { photo } from './support/pictures';
import { story, type Stage } from './support/stage';
import type { Look } from './support/device';
import type { Terminal } from './support/terminal';

const apps = { 'every-field.yaml': readFileSync(join(import.meta.dirname, 'apps/every-field.yaml'), 'utf8') };

async function atStart(stage: Stage, look: Partial<Look> = {}): Promise<Terminal> {
  await arrive(stage.server, zhao);
  const tablet = await stage.terminal('tablet', look);
  // Without TLS the browser says that it does without this protection.
  tablet.device.bears(/Cross-Origin-Opener-Policy/);
  await tablet.go('/');
  await tablet.byPassword(zhao);
  await tablet.press('Every kind of field');
  await tablet.field('Work order').waitFor();
  return tablet;
}

story(
  'the camera reads a code where the page may use it',
  async (stage) => {
    const tablet = await atStart(stage);
    await tablet.button('scan.camera').click();
    await expect.poll(() => tablet.field('Work order').inputValue()).toBe(FILMED);
    // The picture is gone, and the camera is off.
    expect(await tablet.page.locator('video').count()).toBe(0);
  },
  { apps },
);

story(
  'a page that may not use the camera reads a code from a photo',
  async (stage) => {
    const url = `http://${PLAIN_HOST}:${stage.server.port}`;
    const tablet = await atStart(stage, { url });
    expect(await tablet.page.evaluate(() => isSecureContext)).toBe(false);
    const chooser = tablet.page.waitForEvent('filechooser');
    await tablet.button('scan.camera').click();
    await (await chooser).setFiles(await barcode('WO-0815'));
    await expect.poll(() => tablet.field('Work order').inputValue()).toBe('WO-0815');
    // What is no code is said, and takes nothing away.
    const again = tablet.page.waitForEvent('filechooser');
    await tablet.button('scan.camera').click();
    await (await again).setFiles(await photo());
    await tablet.says('scan.nothing').waitFor();
    expect(await tablet.field('Work order').inputValue()).toBe('WO-0815');
  },
  { apps },
);

story(
  'a photo is made smaller before it is sent, and can be taken away again',
  async (stage) => {
    const tablet = await atStart(stage);
    await tablet.field('Work order').fill('WO-1');
    await tablet.button('task.start').click();
    await tablet.choose('Surface', tablet.word('answer.fail'));
    const defect = tablet.group('Surface defect');
    const taken = await photo();
    const uploaded = tablet.page.waitForRequest((request) => request.url().endsWith('/blobs'));
    const chooser = tablet.page.waitForEvent('filechooser');
    await defect.getByRole('button', { name: tablet.word('photo.take') }).click();
    await (await chooser).setFiles(taken);
    expect((await uploaded).postDataBuffer()?.length ?? 0).toBeLessThan(taken.buffer.length);
    const picture = defect.getByRole('img');
    await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1280);
    await defect.getByRole('button', { name: tablet.word('blob.remove') }).click();
    await picture.waitFor({ state: 'detached' });
  },
  { apps },
);

story(
  'numbers are typed by the keypad of the page, with the limits and the verdict in sight',
  async (stage) => {
    const tablet = await atStart(stage);
    await tablet.field('Work order').fill('WO-1');
    await tablet.button('task.start').click();
    await tablet.field('Run-out').tap();
    const keypad = tablet.group(tablet.word('keypad.name'));
    await keypad.getByText('0.020').waitFor();
    for (const key of '0.031') await keypad.getByRole('button', { name: key, exact: true }).tap();
    await keypad.getByText(tablet.word('verdict.not_ok')).waitFor();
    await keypad.getByRole('button', { name: tablet.word('keypad.erase') }).tap();
    await keypad.getByRole('button', { name: tablet.word('keypad.erase') }).tap();
    for (const key of '12') await keypad.getByRole('button', { name: key, exact: true }).tap();
    expect(await tablet.field('Run-out').inputValue()).toBe('0.012');
    await keypad.getByText(tablet.word('verdict.ok'), { exact: true }).waitFor();
    await keypad.getByRole('button', { name: tablet.word('keypad.close') }).tap();
    await keypad.waitFor({ state: 'detached' });
  },
  { apps },
);
