import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { language } from '../core/i18n';
import { session } from '../core/session';
import { people } from '../core/site';
import type { Field, Json } from '../core/types';
import { FieldView } from '../forms/field';
import { FormState } from '../forms/state';
import { PEOPLE, signedIn } from './fixtures';

const text = (of: string) => ({ default: of });
const base = { id: 'f', title: text('It'), optional: false };

beforeEach(() => {
  language.value = 'en';
  session.value = signedIn();
  people.value = PEOPLE.map(({ id, name, roles }) => ({ id, name, roles, active: true }));
  HTMLDialogElement.prototype.showModal = vi.fn();
  HTMLDialogElement.prototype.close = vi.fn();
});
afterEach(cleanup);

/** The field, drawn; what is sent of it. */
function drawn(field: object, typed: Record<string, Json> = {}) {
  const state = new FormState([{ ...base, ...field } as Field], typed);
  render(<FieldView slot={state.slot(state.fields[0] as Field)} />);
  return () => state.answers()['f'];
}

const press = async (name: string | RegExp) => fireEvent.click(await screen.findByRole('button', { name }));
const type = async (name: string, value: string) =>
  fireEvent.input(await screen.findByLabelText(name), { target: { value } });

test('a reason is a way down the tree, and can be taken back', async () => {
  const tree = [{ text: text('Machine'), below: [{ text: text('Spindle') }, { text: text('Coolant') }] }, { text: text('Other') }];
  const sent = drawn({ kind: 'reason', tree });
  await press('Machine');
  await press('Coolant');
  expect(sent()).toEqual(['Machine', 'Coolant']);
  await press('Machine: choose again');
  expect(sent()).toBeUndefined();
  await press('Other');
  expect(sent()).toEqual(['Other']);
});

test('the order in which things were written is no answer', async () => {
  const sent = drawn({ kind: 'rank', from: [text('waiting'), text('searching'), text('rework')] });
  expect(sent()).toBeUndefined();
  await press('rework up');
  expect(sent()).toEqual(['waiting', 'rework', 'searching']);
});

test('a counter counts within its range', async () => {
  const sent = drawn({ kind: 'counter', step: 5, range: { lower: 0, upper: 10 } });
  await press('5 more');
  expect(sent()).toBe(5);
  await press('5 more');
  await press('5 more');
  expect(sent()).toBe(10);
  await press('5 less');
  expect(sent()).toBe(5);
});

test('a duration is written as people write it', async () => {
  const sent = drawn({ kind: 'duration' });
  await type('Hours', '1');
  await type('Minutes', '20');
  expect(sent()).toBe('1 h 20 min');
  await type('Hours', '');
  expect(sent()).toBe('20 min');
});

test('a grid answers row by row', async () => {
  const rows = [
    { id: 'floor', title: text('Floor') },
    { id: 'bench', title: text('Bench') },
  ];
  const sent = drawn({ kind: 'matrix', rows, from: [text('good'), text('bad')] });
  const goods = await screen.findAllByLabelText('good');
  fireEvent.click(goods[1] as HTMLElement);
  expect(sent()).toEqual({ bench: 'good' });
});

test('marks are points with a code, put without a mouse as well', async () => {
  const sent = drawn({ kind: 'mark', codes: [text('scratch'), text('dent')], at_most: 2 });
  await press('dent');
  await press('Add a point');
  fireEvent.keyDown(await screen.findByRole('button', { name: 'Point 1: dent' }), { key: 'ArrowRight' });
  expect(sent()).toEqual([{ x: 0.52, y: 0.5, code: 'dent' }]);
});

test('whoever fills in the form is not offered as the second person', async () => {
  const sent = drawn({ kind: 'verify' });
  await press(/second person/);
  const me = session.value?.person.name ?? '';
  expect(screen.queryByRole('button', { name: me })).toBeNull();
  expect(sent()).toBeUndefined();
});

test('a group is sent row by row, and what only tells is not sent', () => {
  const fields = [
    { ...base, id: 'part', kind: 'text' },
    { ...base, id: 'read', kind: 'link', to: 'https://example.com' },
  ];
  const sent = drawn({ kind: 'group', fields, at_least: 1, at_most: 3 }, { f: [{ part: 'A' }, { part: 'B' }] });
  expect(sent()).toEqual([{ part: 'A' }, { part: 'B' }]);
});
