/** What the server offers beside the fields of a form: buttons, parts, lists, last answers, live signals. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

import { folder } from './support/artefacts';
import { findings } from './support/axe';
import { arrive, enter, wang, zhao } from './support/people';
import { story, type Stage } from './support/stage';
import type { Terminal } from './support/terminal';
import { whole } from './support/whole';

const apps = {
  'joined.yaml': readFileSync(join(import.meta.dirname, 'apps/joined.yaml'), 'utf8'),
  'housing.svg':
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200" width="400" height="200"><rect width="400" height="200" fill="#ccd"/><circle cx="100" cy="100" r="60" fill="#667"/></svg>',
};

interface Run {
  id: string;
  tasks: { id: string }[];
}

async function look(terminal: Terminal, name: string): Promise<void> {
  const { page } = terminal;
  await whole(page, async () => {
    writeFileSync(join(folder('screens'), `${name}.png`), await page.screenshot({ fullPage: true }));
    expect(await findings(page), name).toEqual([]);
  });
}

/** A lot in the table, and a run that waits at the second form. */
async function registered({ server }: Stage, lot: string, supplier: string): Promise<string> {
  const run = await server.call<Run>('POST', '/runs', { app: 'mount_a_part' }, 'zhao');
  const answers = { lot, supplier };
  await server.call('POST', `/tasks/${run.tasks[0]?.id}/complete`, { answers }, 'zhao');
  const now = await server.call<Run>('GET', `/runs/${run.id}`);
  return now.tasks[0]?.id ?? '';
}

const tellSpindle = ({ server }: Stage, value: number) => server.call('PUT', '/signals/spindle_speed', { value });

async function sentAnswers({ server }: Stage, task: string): Promise<Record<string, unknown>> {
  interface Timeline {
    items: { facts: { what: string; task?: number; answers?: Record<string, unknown> }[] }[];
  }
  const [run, number] = task.split('.');
  const { items } = await server.call<Timeline>('GET', `/runs/${run}/timeline`);
  const facts = items.flatMap(({ facts: of }) => of);
  return facts.find((fact) => fact.what === 'task_completed' && String(fact.task) === number)?.answers ?? {};
}

story(
  'a form in parts is filled in from lists and last answers, and sent by its buttons; who refuses says why',
  async (stage) => {
    await arrive(stage.server, { ...zhao, roles: ['operator'] });
    await tellSpindle(stage, 900);
    for (const [lot, supplier] of [['L-100', 'North'], ['L-101', 'South']] as const) await registered(stage, lot, supplier);
    const task = await registered(stage, 'M-7', 'North');
    const tablet = await stage.terminal('tablet');
    const { page } = tablet;
    await enter(tablet.device, zhao);
    await tablet.go(`/tasks/${task}`);
    await tablet.heading('Mount it').waitFor();
    await tablet.heading('What is mounted').waitFor();
    await tablet.heading('The machine').waitFor();
    expect(await tablet.heading('The noise').count()).toBe(0);

    // By keys: what is typed is looked for, Enter chooses and sends nothing.
    const mounted = page.getByRole('combobox', { name: 'Mounted lot' });
    await mounted.focus();
    await page.getByRole('option', { name: /M-7/ }).waitFor();
    await look(tablet, 'joined-list');
    await mounted.pressSequentially('south', { delay: 80 });
    await page.getByRole('option', { name: /L-101/ }).waitFor();
    await expect.poll(() => page.getByRole('option').count()).toBe(1);
    await mounted.press('ArrowDown');
    await mounted.press('Enter');
    expect(await mounted.inputValue()).toBe('L-101');
    // By finger.
    const grease = page.getByRole('combobox', { name: 'Grease' });
    await grease.click();
    await page.getByRole('option', { name: /L-100/ }).click();
    expect(await grease.inputValue()).toBe('L-100');
    // By scanner: the code goes into the field that has the focus.
    await grease.focus();
    await tablet.device.wedge('L-101');
    await expect.poll(() => grease.inputValue()).toBe('L-101');

    await page.locator('[data-field=spindle]').getByText('900').waitFor();
    await tellSpindle(stage, 1200);
    await page.locator('[data-field=spindle]').getByText('1200').waitFor();
    await tablet.choose('Noise', tablet.word('answer.yes'));
    await tablet.heading('The noise').waitFor();
    await tablet.field('What it sounds like').fill('like a saw');
    // On the picture that lies beside the app.
    const picture = page.locator('.marked img');
    await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(400);
    await tablet.group('Where it comes from').getByRole('button', { name: 'belt', exact: true }).click();
    const box = await picture.boundingBox();
    await picture.click({ position: { x: (box?.width ?? 0) / 4, y: (box?.height ?? 0) / 2 } });
    await page.getByRole('button', { name: tablet.word('mark.point', { n: 1, code: 'belt' }) }).waitFor();
    await look(tablet, 'joined-form');
    await page.getByRole('button', { name: 'Good', exact: true }).click();
    await tablet.sent('Mount it');
    const answers = await sentAnswers(stage, task);
    expect(answers).toMatchObject({ mounted: 'L-101', grease: 'L-101', noise: true, sound: 'like a saw', button: 'Good' });
    const [point] = answers['place'] as { x: number; y: number; code: string }[];
    expect(point).toMatchObject({ code: 'belt' });
    expect(point?.x).toBeCloseTo(0.25, 1);
    expect(point?.y).toBeCloseTo(0.5, 1);

    // Whoever refuses is asked why, and signs that they refuse.
    await tablet.go('/');
    await tablet.openTask('Release the part');
    await page.getByRole('button', { name: 'Refuse', exact: true }).click();
    const why = tablet.field('Why is it not accepted?');
    await why.waitFor();
    await why.fill('It rattles');
    await look(tablet, 'joined-approve');
    await page.getByRole('button', { name: 'Refuse', exact: true }).click();
    await page.getByRole('dialog').getByText('Refuse: Release the part').waitFor();
    await look(tablet, 'joined-sign');
    await page.getByRole('dialog').getByLabel(tablet.word('sign_in.password'), { exact: true }).fill(zhao.password);
    await page.getByRole('dialog').getByRole('button', { name: tablet.word('sign.do') }).click();
    await tablet.sent('Release the part');

    // The next time: offered, and no answer until it is taken; what is sent back needs none.
    const next = await registered(stage, 'M-8', 'North');
    await tablet.go(`/tasks/${next}`);
    await tablet.button('field.last', { value: 'L-101' }).waitFor();
    await look(tablet, 'joined-last');
    await tablet.button('field.last', { value: 'L-101' }).click();
    expect(await page.getByRole('combobox', { name: 'Grease' }).inputValue()).toBe('L-101');
    await page.getByRole('button', { name: 'Send back', exact: true }).click();
    await tablet.sent('Mount it');
    expect(await sentAnswers(stage, next)).toEqual({ button: 'Send back' });
  },
  { apps },
);

story(
  'what one device types another one shows, and a list is looked through without the server',
  async (stage) => {
    await arrive(stage.server, { ...zhao, roles: ['operator'] }, wang);
    const task = await registered(stage, 'L-100', 'North');
    const tablet = await stage.terminal('tablet', { language: 'zh' });
    const desk = await stage.terminal('desk', { size: 'desktop', language: 'zh' });
    for (const one of [tablet, desk]) {
      await enter(one.device, zhao);
      await one.go(`/tasks/${task}`);
      await one.heading('装上').waitFor();
    }
    const grease = tablet.page.getByRole('combobox', { name: '润滑脂' });
    await grease.focus();
    await tablet.page.getByRole('option', { name: /L-100/ }).waitFor();
    await look(tablet, 'joined-zh');
    await grease.fill('X-1');
    await expect.poll(() => desk.page.getByRole('combobox', { name: '润滑脂' }).inputValue()).toBe('X-1');

    await tablet.device.offline(async () => {
      await grease.fill('l-1');
      await tablet.says('list.before').waitFor();
      await tablet.page.getByRole('option', { name: /L-100/ }).waitFor();
    });
  },
  { apps },
);
