/** The fields that few forms have, each filled in by hand, and what the server has kept of them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

import { folder } from './support/artefacts';
import { findings } from './support/axe';
import { arrive, enter, wang, zhao } from './support/people';
import { story } from './support/stage';
import type { Terminal } from './support/terminal';
import { whole } from './support/whole';

const apps = { 'rare-fields.yaml': readFileSync(join(import.meta.dirname, 'apps/rare-fields.yaml'), 'utf8') };
const FORM = 'Answer the rarer ones';

async function look(terminal: Terminal, name: string): Promise<void> {
  const { page } = terminal;
  await whole(page, async () => {
    writeFileSync(join(folder('screens'), `${name}.png`), await page.screenshot({ fullPage: true }));
    expect(await findings(page), name).toEqual([]);
  });
}

async function draw(terminal: Terminal): Promise<void> {
  const { page } = terminal;
  await terminal.group('Draw it').getByRole('button', { name: terminal.word('sketch.draw'), exact: true }).click();
  const box = await page.locator('.sheet canvas').boundingBox();
  if (!box) throw new Error('there is nothing to draw on');
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 200, box.y + 120, { steps: 5 });
  await page.mouse.up();
  await terminal.button('sketch.done').click();
  await page.locator('.blob img').waitFor();
}

story(
  'every rarer field is filled in by hand and kept as it was meant',
  async (stage) => {
    await arrive(stage.server, zhao, wang);
    const desk = await stage.terminal('desk', { size: 'desktop' });
    const { page } = desk;
    await enter(desk.device, zhao);
    await desk.press('Rarer fields');
    await desk.heading(FORM).waitFor();
    await look(desk, 'rare-fields-empty');

    await desk.tick('Hot surface');
    await desk.button('counter.more', { n: 1 }).click();
    await desk.button('counter.more', { n: 1 }).click();
    await desk.number('Cost', '12.50');
    await page.locator('[data-field=total]').getByText('25').waitFor();
    await desk.group('Why it stopped').getByRole('button', { name: 'Machine' }).click();
    await desk.group('Why it stopped').getByRole('button', { name: 'Coolant' }).click();
    await desk.field('Hours').fill('1');
    await desk.field('Minutes').fill('20');
    await desk.closeKeypad();
    await desk.button('rank.up', { what: 'rework' }).click();
    await desk.choose('How well it went', '4');
    await desk.group('State of the place').getByRole('radiogroup', { name: 'floor' }).getByRole('radio', { name: 'good' }).check();
    await desk.group('State of the place').getByRole('radiogroup', { name: 'bench' }).getByRole('radio', { name: 'bad' }).check();
    await desk.field('Month').fill('2026-11');
    await desk.field('Label').fill('(01)04006381333931(10)L-77');
    await desk.field('Serial').first().fill('SN-0007');
    await draw(desk);
    await desk.group('Where it is').getByRole('button', { name: 'dent' }).click();
    await page.locator('.marked').click({ position: { x: 60, y: 60 } });
    await desk.choose('Who helped', wang.name);
    await desk.field('Where it happened').selectOption('op-10');
    await desk.group('Parts').getByLabel('Part').first().fill('Shaft');
    await desk.group('Seen by a second person').getByRole('button').click();
    await page.getByRole('dialog').getByRole('button', { name: desk.word('sign_in.by_password') }).click();
    await page.getByRole('dialog').getByRole('button', { name: wang.name }).click();
    await page.getByRole('dialog').getByLabel(desk.word('sign_in.password'), { exact: true }).fill(wang.password);
    await desk.button('verify.do').click();
    await desk.says('verify.by', { name: wang.name }).waitFor();

    // One more than usual: asked about once, and sent.
    await desk.button('counter.more', { n: 1 }).click();
    await look(desk, 'rare-fields-filled');
    await desk.send();
    await page.getByRole('dialog').getByText('That is more than usual').waitFor();
    await desk.button('warn.send').click();
    await desk.sent(FORM);

    const { items } = await stage.server.call<{ items: { id: string }[] }>('GET', '/runs?app=rarer_fields');
    const kept = await stage.server.call<{ items: { values: Record<string, unknown> }[] }>('GET', '/tables/rarer_fields/answers');
    const values = kept.items[0]?.values ?? {};
    expect(values).toMatchObject({
      hot: true,
      pieces: 3,
      why: 'Machine / Coolant',
      hinders: ['waiting', 'rework', 'searching'],
      went: 4,
      state: { floor: 'good', bench: 'bad' },
      serial: 'SN-0007',
      helped: 'wang',
      place: 'op-10',
      parts: [{ part: 'Shaft' }],
    });
    expect(values['label']).toMatchObject({ gtin: '04006381333931', lot: 'L-77' });
    expect(values['second']).toMatchObject({ by: 'wang' });
    const timeline = await stage.server.call('GET', `/runs/${items[0]?.id}/timeline`);
    expect(JSON.stringify([kept, timeline])).not.toContain(wang.password);

    await page.goto(`${desk.device.url}/runs/${items[0]?.id}`);
    await page.getByText('SN-0007').first().waitFor();
    await look(desk, 'rare-fields-record');
  },
  { apps },
);

story(
  'the rarer fields in Chinese on a tablet',
  async (stage) => {
    await arrive(stage.server, { ...zhao, roles: ['operator'] });
    const tablet = await stage.terminal('tablet', { language: 'zh' });
    await enter(tablet.device, zhao);
    await tablet.press('少见字段');
    await tablet.heading('填写少见字段').waitFor();
    await tablet.page.locator('.rank').waitFor();
    await look(tablet, 'rare-fields-zh');
  },
  { apps },
);
