/** What the pages make of what a task offers beside its fields: buttons, parts, last answers, lists, signals. */
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { EngineForm } from '../core/engine';
import { language } from '../core/i18n';
import { session } from '../core/session';
import { people } from '../core/site';
import type { Field, Json, TaskButton } from '../core/types';
import { FieldView } from '../forms/field';
import { FormFields } from '../forms/form';
import { FormState, type Offered } from '../forms/state';
import { FormPage } from '../terminal/form-page';
import { engine } from './engine';
import { serve, signedIn } from './fixtures';

const text = (of: string) => ({ default: of });
const field = (id: string, more: object = {}) =>
  ({ id, kind: 'text', title: text(id), optional: false, ...more }) as Field;

// The code of rare fields is there before it is waited for.
beforeAll(() => Promise.all([engine(), import('../forms/fields/rare')]));
beforeEach(() => {
  language.value = 'en';
  session.value = signedIn();
  vi.stubGlobal('isSecureContext', false);
  HTMLElement.prototype.scrollIntoView = vi.fn();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function drawn(more: object, offered: Offered = {}) {
  const state = new FormState([field('f', { title: text('It'), ...more })], {}, offered);
  render(<FieldView slot={state.slot(state.fields[0] as Field)} />);
  return () => state.answers()['f'];
}

const APPROVE = 'app: A\nsteps:\n  - approve: Release\n    id: release\n    fields:\n      - text: Batch\n';
const BUTTONS: TaskButton[] = [
  { id: 'accept', title: text('Accept'), without_answers: false, field: 'accepted', answer: true },
  { id: 'refuse', title: text('Refuse'), without_answers: false, field: 'accepted', answer: false },
];

test('who refuses is asked why, and who accepts is not', async () => {
  const fields = [
    field('batch', { title: text('Batch') }),
    field('accepted', { kind: 'yes_no', title: text('Do you accept it?') }),
    field('comment', { kind: 'long_text', title: text('Why not?'), show_if: 'accepted = false' }),
  ];
  const state = new FormState(fields, { batch: '7' }, { buttons: BUTTONS });
  const form = new EngineForm(APPROVE, 'release', {});
  state.useEngine((changed) => form.check(changed, { at_ms: 0, offset_s: 0, person: 'wang' }));
  const kept: string[] = [];
  state.onChange((id) => kept.push(id));
  const sent: unknown[] = [];
  render(
    <FormPage
      state={state}
      title="Release"
      above=""
      busy={false}
      sendLabel="Send"
      buttons={BUTTONS}
      onSend={(button) => sent.push([button?.id, state.answers()])}
    />,
  );
  // The buttons are the question.
  expect(screen.queryByText('Do you accept it?')).toBeNull();
  expect(screen.queryByRole('button', { name: 'Send' })).toBeNull();
  expect(state.needed.value).toBe(1);
  fireEvent.click(screen.getByRole('button', { name: 'Refuse' }));
  expect(sent).toEqual([]);
  expect(state.refusals.value.map(({ field: id }) => id)).toEqual(['comment']);
  fireEvent.input(await screen.findByLabelText('Why not?'), { target: { value: 'too thin' } });
  fireEvent.click(screen.getByRole('button', { name: 'Refuse' }));
  expect(sent).toEqual([['refuse', { batch: '7', accepted: false, comment: 'too thin' }]]);
  fireEvent.click(screen.getByRole('button', { name: 'Accept' }));
  expect(sent[1]).toEqual(['accept', { batch: '7', accepted: true }]);
  // Which button was pressed is no draft.
  expect(kept).toEqual(['comment']);
});

test('a button without answers hides what is asked, and gives it back when nothing is sent', () => {
  const look = 'app: A\nsteps:\n  - form: Look\n    id: look\n    buttons: [Good, {button: Send back, without_answers: yes}]\n    fields:\n      - text: Where\n';
  const fields = [field('where', { show_if: 'button != "Send back"' }), field('button', { kind: 'choose', from: [text('Good'), text('Send back')] })];
  const back: TaskButton = { id: 'send_back', title: text('Send back'), without_answers: true, field: 'button', answer: 'Send back' };
  const state = new FormState(fields, { where: 'left' }, { buttons: [back] });
  const form = new EngineForm(look, 'look', {});
  state.useEngine((changed) => form.check(changed, { at_ms: 0, offset_s: 0, person: null }));
  state.press(back);
  expect(state.answers()).toEqual({ button: 'Send back' });
  state.unpress(back);
  expect(state.answers()).toEqual({ where: 'left' });
  expect(state.ready()).toBe(false);
  expect(state.wrong.value).toBe(0);
});

test('fields are drawn in their parts, what is on none after them', () => {
  const fields = [
    field('first_page', { kind: 'info', title: text('First') }),
    field('a'),
    field('second_page', { kind: 'info', title: text('Second') }),
    field('b'),
    field('rest'),
  ];
  const state = new FormState(fields, {});
  const pages = [
    { title: text('First'), fields: ['a'] },
    { title: text('Second'), fields: ['b'] },
  ];
  render(<FormFields state={state} pages={pages} />);
  expect(screen.getAllByRole('heading').map((heading) => heading.textContent)).toEqual(['First', 'Second']);
  expect(screen.getAllByRole('textbox').map((input) => input.id)).toEqual(['f-a', 'f-b', 'f-rest']);
  expect(screen.getAllByText('First')).toHaveLength(1);
});

test('what was answered last time is offered, and is no answer until it is taken', () => {
  const sent = drawn({ kind: 'lot' }, { last: { f: 'L-77' } });
  expect(sent()).toBeUndefined();
  fireEvent.click(screen.getByRole('button', { name: 'As last time: L-77' }));
  expect(sent()).toBe('L-77');
  expect(screen.queryByRole('button', { name: /As last time/ })).toBeNull();
});

test('a measurement of last time is taken sample by sample', () => {
  const sent = drawn({ kind: 'measure', samples: 2 }, { last: { f: [25, 25.01] } });
  fireEvent.click(screen.getByRole('button', { name: 'As last time: 25, 25.01' }));
  expect(sent()).toEqual([25, 25.01]);
});

const GAUGES = {
  items: [
    { key: 'M-7', values: { kind: 'micrometer', calibrated_until: '2027-01-01' } },
    { key: 'M-8', values: { kind: 'caliper', calibrated_until: null } },
  ],
  more: false,
};

test('a list is looked through by keys, and Enter chooses and sends nothing', async () => {
  const asked = serve({ 'GET /tasks/r.1/choices': GAUGES });
  const sent = drawn({ kind: 'gauge', from_table: 'gauges' }, { choices: '/tasks/r.1/choices?' });
  const input = screen.getByRole('combobox', { name: 'It' });
  fireEvent.focus(input);
  await screen.findByRole('option', { name: /M-7/ });
  expect(asked[0]?.path).toBe('/tasks/r.1/choices?field=f&limit=200');
  fireEvent.keyDown(input, { key: 'ArrowDown' });
  fireEvent.keyDown(input, { key: 'ArrowDown' });
  expect(input.getAttribute('aria-activedescendant')).toBe('f-f-list-1');
  const above = vi.fn();
  document.addEventListener('keydown', above);
  fireEvent.keyDown(input, { key: 'Enter' });
  document.removeEventListener('keydown', above);
  expect(above).not.toHaveBeenCalled();
  expect(sent()).toBe('M-8');
  expect(input.getAttribute('aria-expanded')).toBe('false');
  await waitFor(() => expect(screen.getByRole('status').textContent).toBe('caliper'));
});

test('what is typed is looked for, and stays what was typed', async () => {
  const asked = serve({ 'GET /tasks/r.1/choices': { items: [], more: false } });
  const sent = drawn({ kind: 'lot', from_table: 'lots' }, { choices: '/tasks/r.1/choices?' });
  const input = screen.getByRole('combobox', { name: 'It' });
  fireEvent.focus(input);
  fireEvent.input(input, { target: { value: 'L 9' } });
  await waitFor(() => expect(asked.at(-1)?.path).toBe('/tasks/r.1/choices?field=f&q=L%209&limit=20'));
  await screen.findByText('Nothing like that is found.');
  expect(sent()).toBe('L 9');
});

test('without the server it says so, and what is typed stays', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
  const sent = drawn({ kind: 'lot', from_table: 'lots' }, { choices: '/tasks/r.2/choices?' });
  const input = screen.getByRole('combobox', { name: 'It' });
  fireEvent.focus(input);
  fireEvent.input(input, { target: { value: 'L-9' } });
  await screen.findByText(/The list cannot be loaded now/);
  expect(sent()).toBe('L-9');
});

test('many people are looked for by name; a name alone is nobody', async () => {
  // Whether somebody has left, only administrators are told; nobody else sees who has.
  people.value = Array.from({ length: 12 }, (_, n) => ({ id: `p${n}`, name: `Person ${n}`, roles: [] }));
  const sent = drawn({ kind: 'person' });
  const input = await screen.findByRole('combobox', { name: 'It' });
  fireEvent.focus(input);
  fireEvent.input(input, { target: { value: 'Person 1' } });
  await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(3));
  expect(sent()).toBeUndefined();
  fireEvent.click(screen.getByRole('option', { name: /Person 11/ }));
  expect(sent()).toBe('p11');
  expect((input as HTMLInputElement).value).toBe('Person 11');
});

const reading = (more: Record<string, Json>) => ({
  'GET /signals/speed': { id: 'speed', unit: '1/min', value: 1200, quality: 'good', read_at: new Date().toISOString(), stale: false, ...more },
});

test('a signal shows what the machine says, how old it is and whether it counts', async () => {
  serve(reading({}));
  drawn({ kind: 'signal', from: 'speed', unit_symbol: '1/min', limits: { lower: 1190, upper: 1210 } });
  await screen.findByText('1200 1/min');
  await screen.findByText(/just now/);
  cleanup();
  serve(reading({ stale: true, quality: 'uncertain', read_at: '2020-01-01T00:00:00Z' }));
  drawn({ kind: 'signal', from: 'speed' });
  await screen.findByText(/too old to be counted · the machine doubts this value/);
});
