/** The main job in people's hands: a first-piece inspection from an empty server to the released line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

import { folder } from './support/artefacts';
import { chen, li, wang, zhao, type Someone } from './support/people';
import { photo } from './support/pictures';
import { example } from './support/server';
import { story, type Stage } from './support/stage';
import type { Terminal } from './support/terminal';
import type { Key } from './support/words';

/** Late after seconds: nobody waits twenty minutes for a test. */
const QUICK = example('first-piece-inspection.yaml').replace('within: 20 min', 'within: 2 s');

/** Within its margins, in CSS pixels. */
const A4 = { width: 680, height: 1000 };

const MEASURE = 'Measure the first piece';
const RELEASE = 'Release for series';
const apps = { 'first-piece-inspection.yaml': QUICK };

story(
  'a first piece goes from the setup link to the released line by hand',
  async (stage) => {
    const office = await setUp(stage);
    // The same person measures and releases, if the app lets them.
    await addPerson(office, zhao, ['operator', 'inspector']);
    await addPerson(office, wang, ['inspector']);
    await addPerson(office, li, ['team leader']);
    const qc1 = await station(stage, 'qc-1');
    const qc2 = await station(stage, 'qc-2');

    await qc1.byBadge(zhao);
    await qc1.signedInAs(zhao);
    await startOrder(qc1);
    await measureWrong(qc1);
    await watchLate(office);
    await measureRight(qc1);
    await refusedTheSecondTime(qc1);
    await release(qc2);
    await lookBack(qc2);
    await office.go('/floor');
    await office.says('floor.all_quiet').waitFor();
  },
  { apps },
);

async function setUp(stage: Stage): Promise<Terminal> {
  const office = await stage.terminal('office', { size: 'desktop' });
  // Before that, the page says what to do.
  await office.go('/');
  await office.says('sign_in.setup').waitFor();
  await office.go(stage.server.setupLink);
  const fill = (key: Key, text: string) => office.page.getByLabel(office.word(key), { exact: true }).fill(text);
  await fill('setup.name', chen.name);
  await fill('setup.id', chen.id);
  await fill('people.password', chen.password);
  await fill('setup.repeat', chen.password);
  await office.button('setup.do').click();
  await office.heading(office.word('welcome.title')).waitFor();
  return office;
}

async function addPerson(office: Terminal, person: Someone, roles: string[]): Promise<void> {
  await office.menu('nav.people');
  await office.button('people.add').click();
  const dialog = office.page.getByRole('dialog');
  const line = (key: Key) => dialog.getByLabel(office.word(key), { exact: true });
  const give = (key: Key) => dialog.getByRole('button', { name: `${office.word('people.give')}: ${office.word(key)}` });
  await line('people.id').fill(person.id);
  await line('people.name').fill(person.name);
  for (const role of roles) await dialog.getByRole('checkbox', { name: role, exact: true }).check();
  await give('people.pin').click();
  await line('people.pin').fill(person.pin);
  // Nobody types a badge: it goes before the office's scanner.
  await give('people.badge').click();
  await line('people.badge').focus();
  await office.device.wedge(person.badge);
  await expect.poll(() => line('people.badge').inputValue()).toBe(person.badge);
  await dialog.getByRole('button', { name: office.word('people.save') }).click();
  await dialog.waitFor({ state: 'detached' });
  await office.page.getByRole('main').getByText(person.name).waitFor();
}

async function station(stage: Stage, id: string): Promise<Terminal> {
  const tablet = await stage.terminal(id);
  await tablet.go('/');
  await tablet.byPassword(chen);
  await tablet.menu('nav.station');
  await tablet.page.getByRole('radio', { name: id }).check();
  await tablet.button('station.enrol').click();
  await tablet.says('station.is', { station: id }).waitFor();
  await tablet.button('station.hand_over').click();
  await tablet.signedOut();
  await tablet.heading(tablet.word('sign_in.at', { station: id })).waitFor();
  return tablet;
}

async function startOrder(qc1: Terminal): Promise<void> {
  await qc1.press('First-piece inspection');
  await qc1.field('Work order').waitFor();
  await qc1.device.wedge('WO-4711');
  await expect.poll(() => qc1.field('Work order').inputValue()).toBe('WO-4711');
  await qc1.button('task.start').click();
  await qc1.heading(MEASURE).waitFor();
}

async function measureWrong(qc1: Terminal): Promise<void> {
  // Nothing has the focus: the scanner's first code is the first field's, the second the next one's.
  await qc1.device.wedge('SN-0001');
  await expect.poll(() => qc1.field('Serial number').inputValue()).toBe('SN-0001');
  await qc1.device.wedge('MIC-7');
  await expect.poll(() => qc1.field('Micrometer').inputValue()).toBe('MIC-7');
  await qc1.measure('Shaft diameter', '25.001', '25.062', '25.003');
  const shaft = qc1.group('Shaft diameter');
  // One verdict for each sample, and one for all: at once, before anything is sent.
  await expect.poll(() => shaft.getByText(qc1.word('verdict.ok'), { exact: true }).count()).toBe(2);
  await expect.poll(() => shaft.getByText(qc1.word('verdict.not_ok'), { exact: true }).count()).toBe(2);
  // The photo is asked for when there is something to see.
  expect(await qc1.group('Surface defect').count()).toBe(0);
  await qc1.choose('Surface', qc1.word('answer.fail'));
  await qc1.group('Surface defect').waitFor();
  await qc1.group('Surface defect').locator('input[type=file]').setInputFiles(await photo());
  await qc1.page.getByRole('img', { name: 'Surface defect' }).waitFor();
  await qc1.field('What is wrong with the surface').fill('Chatter marks at the shoulder');
  await qc1.send();
  await qc1.sent(MEASURE);
  // It is not right: the same person is asked again.
  await qc1.button('next.do').click();
  await qc1.heading(MEASURE).waitFor();
}

/** On the wall: the line is on hold, and the team leader was told that nobody measures. */
async function watchLate(office: Terminal): Promise<void> {
  await office.go('/floor');
  const main = office.page.getByRole('main');
  await main.getByText('First piece of WO-4711 is not released').waitFor();
  await main.getByText('The first piece of WO-4711 is not measured, line-3 waits').first().waitFor();
}

async function measureRight(qc1: Terminal): Promise<void> {
  await qc1.page.getByRole('main').getByText(/^Late by /).waitFor();
  await qc1.device.wedge('SN-0002');
  await qc1.device.wedge('MIC-7');
  await expect.poll(() => qc1.field('Micrometer').inputValue()).toBe('MIC-7');
  await qc1.measure('Shaft diameter', '25.001', '25.004', '25.003');
  await expect.poll(() => qc1.group('Shaft diameter').getByText(qc1.word('verdict.ok'), { exact: true }).count()).toBe(4);
  await qc1.choose('Surface', qc1.word('answer.pass'));
  await qc1.send();
  await qc1.sent(MEASURE);
  await qc1.page.getByRole('main').getByText(RELEASE).waitFor();
}

async function refusedTheSecondTime(qc1: Terminal): Promise<void> {
  await qc1.button('next.tasks').click();
  await qc1.openTask(RELEASE);
  await qc1.says('task.not_you').waitFor();
  expect(await qc1.button('task.sign_send').isEnabled()).toBe(false);
  await qc1.signOut();
}

async function release(qc2: Terminal): Promise<void> {
  await qc2.byPin(wang, wang.pin);
  await qc2.signedInAs(wang);
  await qc2.openTask(RELEASE);
  // What the first person measured stands above what is promised.
  await qc2.page.getByRole('main').getByText('SN-0002').waitFor();
  await qc2.tick('The piece is marked and kept as reference');
  await qc2.button('task.sign_send').click();
  const dialog = qc2.page.getByRole('dialog', { name: qc2.word('sign.title') });
  await dialog.getByText('released for series').waitFor();
  // Somebody else's PIN is no signature.
  qc2.device.expects(401, /^\/tasks\/[^/]+\/complete$/);
  await dialog.getByRole('button', { name: qc2.word('sign_in.by_pin') }).click();
  await qc2.typePin(zhao.pin);
  await dialog.getByRole('button', { name: qc2.word('sign.do') }).click();
  await dialog.getByRole('alert').waitFor();
  await qc2.typePin(wang.pin);
  await dialog.getByRole('button', { name: qc2.word('sign.do') }).click();
  await qc2.sent(RELEASE);
}

async function lookBack(qc2: Terminal): Promise<void> {
  await qc2.button('next.run').click();
  const main = qc2.page.getByRole('main');
  for (const fact of ['Zhao Min', 'Wang Fang', 'Chatter marks at the shoulder']) await main.getByText(fact).first().waitFor();
  await main.getByText(/team leader was told/).first().waitFor();
  await qc2.link('run.record').click();
  await qc2.button('run.print').waitFor();
  await main.getByText(/Signed by Wang Fang/).waitFor();
  expect(await main.innerText()).toContain('SN-0002');
  // On paper there are no buttons, and nothing of the record is cut off.
  await qc2.page.emulateMedia({ media: 'print' });
  const screen = qc2.page.viewportSize() ?? { width: 1280, height: 800 };
  await qc2.page.setViewportSize(A4);
  expect(await qc2.who().isVisible()).toBe(false);
  expect(await qc2.button('run.print').isVisible()).toBe(false);
  const over = await main.getByRole('img').first().evaluate((image) => {
    const cell = image.closest('dl > div') as HTMLElement;
    return image.getBoundingClientRect().right - cell.getBoundingClientRect().right;
  });
  expect(over, 'pixels of the photo that lie over the next answer').toBeLessThanOrEqual(1);
  writeFileSync(join(folder('screens'), 'record.pdf'), await qc2.page.pdf({ format: 'A4' }));
  await qc2.page.setViewportSize(screen);
  await qc2.page.emulateMedia({ media: 'screen' });
}
