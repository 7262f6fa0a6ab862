/** Without a mouse and without a finger: from signing in to the signature. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

import { arrive, zhao } from './support/people';
import { story } from './support/stage';
import type { Terminal } from './support/terminal';

const apps = { 'every-field.yaml': readFileSync(join(import.meta.dirname, 'apps/every-field.yaml'), 'utf8') };

/** More would mean that the focus runs in a circle. */
const PRESSES_MAX = 150;

interface Focused {
  name: string;
  /** There is something to see around it. */
  ring: boolean;
}

/** What has the focus, as it is called to whoever cannot see it. */
function focused(terminal: Terminal): Promise<Focused> {
  return terminal.page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    if (!element.matches('a, button, input, select, textarea')) return { name: '', ring: false };
    const input = element as HTMLInputElement;
    const labelled = (element.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent);
    const own = element.getAttribute('aria-label') ?? [...(input.labels ?? [])].map((label) => label.textContent).join(' ');
    const group = element.closest('[role=group]')?.getAttribute('aria-labelledby') ?? '';
    const name = [document.getElementById(group)?.textContent, ...labelled, own || element.textContent].filter(Boolean).join(' / ');
    // A radio button is drawn by what is around it.
    const drawn = [element, element.parentElement as HTMLElement].map((one) => getComputedStyle(one));
    const ring = drawn.some((style) => style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2);
    return { name, ring };
  });
}

/** Goes on by Tab until something with this name has the focus. */
async function tabTo(terminal: Terminal, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < PRESSES_MAX; presses++) {
    const now = await focused(terminal);
    if (typeof name === 'string' ? now.name.includes(name) : name.test(now.name)) {
      expect(now.ring, `the focus on '${now.name}' is seen`).toBe(true);
      return;
    }
    passed.push(now.name);
    await terminal.page.keyboard.press('Tab');
  }
  throw new Error(`no Tab leads to '${name}'; passed: ${passed.join(' | ')}`);
}

story(
  'a whole form by keyboard alone',
  async (stage) => {
    await arrive(stage.server, zhao);
    const desk = await stage.terminal('desk', { size: 'desktop' });
    const { keyboard } = desk.page;
    await desk.go('/');
    await desk.button('sign_in.do').waitFor();
    await tabTo(desk, desk.word('sign_in.person'));
    await keyboard.type(zhao.id);
    await tabTo(desk, desk.word('sign_in.password'));
    await keyboard.type(zhao.password);
    await keyboard.press('Enter');
    await desk.signedInAs(zhao);

    // The first Tab of a page offers to leap over the bar.
    await keyboard.press('Tab');
    expect((await focused(desk)).name).toContain(desk.word('nav.skip'));
    await keyboard.press('Enter');
    await tabTo(desk, 'Every kind of field');
    await keyboard.press('Enter');
    await desk.field('Work order').waitFor();
    await tabTo(desk, 'Work order');
    // As a person types: what comes faster is a scanner.
    await keyboard.type('WO-7', { delay: 70 });
    // Enter in a field sends, as everywhere.
    await keyboard.press('Enter');
    await desk.heading('Answer all of them').waitFor();

    // Sent too early: the caret goes to the first answer that is missing.
    await tabTo(desk, desk.word('task.sign_send'));
    await keyboard.press('Enter');
    await expect.poll(async () => (await focused(desk)).name).toContain('Serial number');
    await keyboard.type('SN-7');
    await fill(desk, desk.word('measure.sample', { n: 1, of: 3 }), '25.001');
    await fill(desk, desk.word('measure.sample', { n: 2, of: 3 }), '25.002');
    await fill(desk, desk.word('measure.sample', { n: 3, of: 3 }), '25.003');
    await fill(desk, 'Run-out', '0.011');
    await fill(desk, 'Pieces in the box', '24');
    await fill(desk, 'Coolant temperature', '21.5');
    await fill(desk, 'Concentration', '7');
    await tabTo(desk, 'Surface');
    await keyboard.press('Space');
    await tabTo(desk, 'Guard closed');
    await keyboard.press('Space');
    await tabTo(desk, 'Shift');
    // The second of three, by arrow.
    await keyboard.press('Space');
    await keyboard.press('ArrowDown');
    expect(await desk.group('Shift').getByRole('radio', { name: 'Late' }).isChecked()).toBe(true);
    await tabTo(desk, 'Micrometer');
    await keyboard.press('Space');
    await fill(desk, 'Machine', 'L-12');
    // Day and month in whatever order the browser asks for them; it may ask for half of the day, too.
    await tabTo(desk, 'Tool changed on');
    await keyboard.type('11112026');
    await tabTo(desk, 'Warm since');
    await keyboard.type('0610AM');
    await tabTo(desk, 'Last calibration');
    await keyboard.type('10102026');
    await keyboard.press('Tab');
    await keyboard.type('0730AM');
    await tabTo(desk, 'The place is clean');
    await keyboard.press('Space');
    await tabTo(desk, desk.word('task.sign_send'));
    await keyboard.press('Enter');

    // The dialog keeps the focus, and gives it back.
    const dialog = desk.page.getByRole('dialog', { name: desk.word('sign.title') });
    await dialog.waitFor();
    await keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect((await focused(desk)).name).toBe(desk.word('task.sign_send'));
    await keyboard.press('Enter');
    await dialog.waitFor();
    await tabTo(desk, desk.word('sign_in.password'));
    await keyboard.type(zhao.password);
    await keyboard.press('Enter');
    await desk.sent('Answer all of them');
    // Whoever cannot see the page hears that it arrived.
    await expect.poll(async () => (await desk.page.evaluate(() => document.activeElement?.textContent)) ?? '').toContain('Answer all of them');
  },
  { apps },
);

async function fill(terminal: Terminal, name: string, text: string): Promise<void> {
  await tabTo(terminal, name);
  await terminal.page.keyboard.type(text);
}
