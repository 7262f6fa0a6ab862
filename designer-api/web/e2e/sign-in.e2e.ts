/** Who is at the tablet: wrong secrets, forgotten tablets, sessions that end, and the languages people read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

import { arrive, chen, enrol, enter, li, wang, zhao } from './support/people';
import { story, type Stage } from './support/stage';
import type { Terminal } from './support/terminal';

const apps = { 'tool-check.yaml': readFileSync(join(import.meta.dirname, 'apps/tool-check.yaml'), 'utf8') };
const CHECK = 'Check the tool';

/** A tablet at a station, with nobody at it. */
async function station(stage: Stage, id = 'qc-1'): Promise<Terminal> {
  const tablet = await stage.terminal(id);
  await enrol(tablet.device, stage.server, id);
  await tablet.go('/');
  return tablet;
}

story('five wrong PINs lock a person out, and the page counts down', async (stage) => {
  await arrive(stage.server, zhao, wang);
  const tablet = await station(stage);
  tablet.device.expects(429, /^\/session$/);
  await tablet.byPin(zhao, '000111');
  const alert = tablet.page.getByRole('alert');
  await alert.waitFor();
  const wrong = await alert.innerText();
  // Whether a person exists is not told.
  await tablet.byPin({ id: 'nobody' }, '000111');
  await alert.waitFor();
  expect(await alert.innerText()).toBe(wrong);
  const locked = tablet.page.getByText(/Locked after too many tries. Try again in 0:\d\d/);
  for (let tries = 0; tries < 5 && !(await locked.isVisible()); tries++) {
    await tablet.typePin('000111');
    await tablet.page.getByLabel(tablet.word('sign_in.person')).fill(zhao.id);
    await tablet.button('sign_in.do').click();
    await expect.poll(async () => (await locked.isVisible()) || (await pinIsEmpty(tablet))).toBe(true);
  }
  await locked.waitFor();
  const first = await locked.innerText();
  await expect.poll(() => locked.innerText()).not.toBe(first);
  // The right PIN does not help now; and nobody else is locked out.
  expect(await tablet.button('sign_in.do').isEnabled()).toBe(false);
  const other = await station(stage, 'qc-2');
  await other.byBadge(wang);
  await other.signedInAs(wang);
});

async function pinIsEmpty(tablet: Terminal): Promise<boolean> {
  return (await tablet.page.getByLabel(tablet.word('sign_in.pin'), { exact: true }).inputValue()) === '';
}

story(
  'a tablet that is left alone signs out by itself; what was typed is kept, and not for others to see',
  async (stage) => {
    await arrive(stage.server, zhao, wang);
    const tablet = await station(stage);
    await tablet.byBadge(zhao);
    await tablet.press('Tool check');
    await tablet.field('Tool number').fill('T-31');
    await tablet.field('Remarks').fill('Only half done');
    // Nobody touches it any more.
    await tablet.heading(tablet.word('idle.title')).waitFor();
    await tablet.signedOut();
    await tablet.says('sign_in.kept').waitFor();
    expect(await tablet.page.content()).not.toContain('Only half done');
    // The next person begins at their own tasks, and does not read what the first one typed.
    await tablet.byBadge(wang);
    await tablet.signedInAs(wang);
    expect(await tablet.page.content()).not.toContain('Only half done');
    await tablet.signOut();
    // The first person finds it again.
    await tablet.byBadge(zhao);
    await tablet.signedInAs(zhao);
    await tablet.openTask(CHECK);
    await expect.poll(() => tablet.field('Remarks').inputValue()).toBe('Only half done');
    expect(await tablet.field('Tool number').inputValue()).toBe('T-31');
  },
  // Long enough to fill in two fields on a busy machine.
  { apps, flags: ['--station-idle-seconds', '12'] },
);

story(
  'a session that ends while a form is filled in loses nothing',
  async (stage) => {
    await arrive(stage.server, zhao);
    const tablet = await stage.terminal('tablet');
    await enter(tablet.device, zhao);
    await tablet.press('Tool check');
    await tablet.field('Tool number').fill('T-32');
    await tablet.says('task.saved').waitFor();
    tablet.device.expects(401, /./);
    await tablet.device.context.clearCookies({ name: 'gemba_session' });
    await tablet.number('Length', '100.04');
    // The page is covered until the same person is back.
    const dialog = tablet.page.getByRole('dialog', { name: tablet.word('lapsed.title') });
    await dialog.getByLabel(tablet.word('sign_in.password'), { exact: true }).fill(zhao.password);
    await dialog.getByRole('button', { name: tablet.word('sign_in.do') }).click();
    await dialog.waitFor({ state: 'detached' });
    await tablet.heading(CHECK).waitFor();
    expect(await tablet.field('Tool number').inputValue()).toBe('T-32');
    expect(await tablet.field('Length').inputValue()).toBe('100.04');
    await tablet.send();
    await tablet.sent(CHECK);
  },
  { apps },
);

story('the language and the brightness are chosen on the page, and stay', async (stage) => {
  await arrive(stage.server, zhao);
  const tablet = await stage.terminal('tablet');
  await tablet.go('/');
  await tablet.heading(tablet.word('sign_in.title')).waitFor();
  await tablet.page.getByRole('button', { name: '中文' }).click();
  await tablet.heading('登录').waitFor();
  expect(await tablet.page.locator('html').getAttribute('lang')).toBe('zh-CN');
  const light = await background(tablet);
  await tablet.page.getByRole('button', { name: '夜' }).click();
  await expect.poll(() => background(tablet)).not.toBe(light);
  const dark = await background(tablet);
  await tablet.page.reload();
  await tablet.heading('登录').waitFor();
  expect(await background(tablet)).toBe(dark);
});

function background(tablet: Terminal): Promise<string> {
  return tablet.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
}

story('someone who reads Chinese is refused, told and thanked in Chinese', async (stage) => {
  await arrive(stage.server, zhao);
  const tablet = await stage.terminal('tablet', { language: 'zh' });
  await tablet.go('/');
  await tablet.byPassword({ id: zhao.id, password: 'not this one, surely' });
  await tablet.page.getByRole('alert').getByText(/\p{Script=Han}/u).waitFor();
  await tablet.byPassword(zhao);
  await tablet.signedInAs(zhao);
  await tablet.press('险兆事件');
  await tablet.heading('上报险兆事件').waitFor();
  // Refused by the page as soon as it has the engine, and by the server before.
  tablet.device.expects(422, /complete$/);
  await tablet.send();
  // Each refusal stands beside its field, in the reader's language.
  await tablet.page.locator('.field-refusal').filter({ hasText: /\p{Script=Han}/u }).first().waitFor();
  await tablet.field('发生了什么').fill('地上有油');
  await tablet.field('地点').fill('op-10');
  await tablet.choose('最坏会怎样', '急救');
  await tablet.send();
  await tablet.sent('上报险兆事件');
});

story('an administrator takes a person away, and their session ends', async (stage) => {
  await arrive(stage.server, zhao, li, chen);
  const office = await stage.terminal('office', { size: 'desktop' });
  await enter(office.device, chen, '/people');
  const tablet = await stage.terminal('tablet');
  await enter(tablet.device, zhao);
  await tablet.signedInAs(zhao);
  tablet.device.expects(401, /./);
  await office.page.getByRole('button', { name: zhao.name }).click();
  await office.button('people.remove').click();
  const sure = office.page.getByRole('dialog', { name: office.word('people.remove') });
  await sure.getByRole('button', { name: office.word('people.remove') }).click();
  await sure.waitFor({ state: 'detached' });
  await tablet.page.getByRole('dialog', { name: tablet.word('lapsed.title') }).waitFor();
  // They are not let in again.
  await tablet.button('lapsed.other').click();
  await tablet.byPassword(zhao);
  await tablet.page.getByRole('alert').waitFor();
});

story(
  'the demonstration offers its people on the page, and says that they are made up',
  async (stage) => {
    const tablet = await stage.terminal('tablet');
    await tablet.go('/');
    await tablet.says('demo.text').waitFor();
    const people = tablet.page.getByRole('region', { name: tablet.word('demo.title') });
    await people.getByRole('button').first().click();
    await tablet.page.getByRole('banner').waitFor();
    await tablet.heading(tablet.word('inbox.title')).waitFor();
  },
  { flags: ['--demo'] },
);
