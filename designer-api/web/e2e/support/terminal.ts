/** What a person does at a device, by the words and roles they find it under. */
import type { Locator, Page } from 'playwright-core';

import type { Device } from './device';
import type { Someone } from './people';
import { word, type Key, type Values } from './words';

export class Terminal {
  readonly device: Device;
  readonly page: Page;

  constructor(device: Device) {
    this.device = device;
    this.page = device.page;
  }

  go(path: string): Promise<void> {
    return this.device.go(path);
  }

  word(key: Key, values: Values = {}): string {
    return word(this.device.language, key, values);
  }

  button(key: Key, values: Values = {}): Locator {
    return this.page.getByRole('button', { name: this.word(key, values), exact: true });
  }

  link(key: Key): Locator {
    return this.page.getByRole('link', { name: this.word(key), exact: true });
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { name });
  }

  /** A sentence of the page, whole. */
  says(key: Key, values: Values = {}): Locator {
    return this.page.getByText(this.word(key, values), { exact: true });
  }

  /** Who is signed in, as the bar at the top says. */
  who(): Locator {
    return this.page.getByRole('banner');
  }

  async signedInAs({ name }: { name: string }): Promise<void> {
    await this.who().getByText(name).waitFor();
  }

  async signedOut(): Promise<void> {
    await this.page.getByRole('banner').waitFor({ state: 'detached' });
    await this.button('sign_in.do').waitFor();
  }

  async byPassword({ id, password }: Pick<Someone, 'id' | 'password'>): Promise<void> {
    await this.way('sign_in.by_password');
    await this.page.getByLabel(this.word('sign_in.person')).fill(id);
    await this.page.getByLabel(this.word('sign_in.password'), { exact: true }).fill(password);
    await this.button('sign_in.do').click();
  }

  /** By the keys on the page, as with gloves. */
  async byPin({ id }: { id: string }, pin: string): Promise<void> {
    await this.way('sign_in.by_pin');
    await this.page.getByLabel(this.word('sign_in.person')).fill(id);
    await this.typePin(pin);
    await this.button('sign_in.do').click();
  }

  async typePin(pin: string): Promise<void> {
    for (const digit of pin) await this.page.getByRole('button', { name: digit, exact: true }).click();
  }

  /** The badge goes before the scanner, whatever the page shows. */
  async byBadge({ badge }: { badge: string }): Promise<void> {
    await this.button('sign_in.by_badge').waitFor();
    await this.device.wedge(badge);
  }

  /** Badge, PIN or password; nothing to choose where there is only one. */
  private async way(key: Key): Promise<void> {
    const choice = this.page.getByRole('button', { name: this.word(key), exact: true });
    await choice.or(this.page.getByLabel(this.word('sign_in.password'), { exact: true })).first().waitFor();
    if (await choice.isVisible()) await choice.click();
  }

  async signOut(): Promise<void> {
    await this.button('sign_out').click();
    await this.signedOut();
  }

  async menu(key: Key): Promise<void> {
    await this.button('nav.menu').click();
    await this.page.getByRole('dialog').getByRole('link', { name: this.word(key) }).click();
  }

  /** The card of a task in the inbox. */
  task(title: string): Locator {
    return this.page.getByRole('main').getByRole('link', { name: title });
  }

  async openTask(title: string): Promise<void> {
    await this.task(title).first().click();
    await this.heading(title).waitFor();
  }

  async press(app: string): Promise<void> {
    await this.page.getByRole('button', { name: app }).click();
  }

  /** A field with one input. */
  field(title: string): Locator {
    return this.page.getByLabel(title, { exact: false });
  }

  /** A field of several inputs or buttons. */
  group(title: string): Locator {
    return this.page.getByRole('group', { name: title });
  }

  sample(title: string, n: number, of: number): Locator {
    return this.group(title).getByLabel(this.word('measure.sample', { n, of }), { exact: true });
  }

  async measure(title: string, ...samples: string[]): Promise<void> {
    for (const [at, text] of samples.entries()) await this.sample(title, at + 1, samples.length).fill(text);
    await this.closeKeypad();
  }

  /** A field with one number. */
  async number(title: string, text: string): Promise<void> {
    await this.field(title).fill(text);
    await this.closeKeypad();
  }

  /** With a mouse there is none; for fingers it covers the foot of the form. */
  async closeKeypad(): Promise<void> {
    const keypad = this.page.getByRole('group', { name: this.word('keypad.name') });
    // A dialog that comes meanwhile takes it away by itself.
    const gone = keypad.waitFor({ state: 'detached' });
    const close = keypad.getByRole('button', { name: this.word('keypad.close') });
    if (await keypad.isVisible()) await Promise.race([gone, close.click()]);
    await gone;
  }

  async choose(title: string, option: string): Promise<void> {
    await this.group(title).getByRole('radio', { name: option, exact: true }).check();
  }

  async tick(title: string): Promise<void> {
    await this.page.getByRole('checkbox', { name: title }).check();
  }

  async send(): Promise<void> {
    await this.button('task.send').click();
  }

  /** What happens next, after a form has arrived. */
  async sent(title: string): Promise<void> {
    await this.heading(this.word('next.sent', { title })).waitFor();
  }
}
