import { effect } from '@preact/signals';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { EngineForm } from '../core/engine';
import { language } from '../core/i18n';
import type { Answers, Field } from '../core/types';
import { toSend } from '../forms/answers';
import { FormState } from '../forms/state';
import { engine, INSPECTION } from './engine';

const text = (of: string) => ({ default: of });
const FIELDS: Field[] = [
  { id: 'shaft_diameter', kind: 'measure', title: text('Shaft diameter'), optional: false, samples: 3, decimals: 3 },
  { id: 'surface', kind: 'check', title: text('Surface'), optional: false, not_applicable_allowed: false },
  { id: 'what_is_wrong', kind: 'long_text', title: text('What is wrong'), optional: false, show_if: 'surface is not ok' },
  { id: 'pieces', kind: 'whole', title: text('Pieces'), optional: true },
  {
    id: 'defects',
    kind: 'rows',
    title: text('Defects'),
    optional: false,
    show_if: 'surface is not ok',
    at_least: 1,
    at_most: 10,
    columns: [
      { id: 'kind', kind: 'choose', title: text('Kind'), optional: false, from: [text('scratch'), text('dent')] },
      { id: 'depth', kind: 'measure', title: text('Depth'), optional: false, samples: 1 },
    ],
  },
];

let state: FormState;

beforeAll(engine);
beforeEach(() => {
  language.value = 'en';
  state = new FormState(FIELDS, {});
  const form = new EngineForm(INSPECTION, 'measure', {});
  state.useEngine((changed) => form.check(changed, { at_ms: 0, offset_s: 0, person: 'wang' }));
});

const slot = (id: string) => state.slot(FIELDS.find((field) => field.id === id) as Field);

test('a verdict comes with the digit', () => {
  slot('shaft_diameter').set(['25.06']);
  expect(slot('shaft_diameter').samples.value).toEqual(['not_ok']);
  slot('shaft_diameter').set(['25.0']);
  expect(slot('shaft_diameter').samples.value).toEqual(['ok']);
});

test('nothing is called wrong before someone went on, and nothing is called missing before it is sent', () => {
  slot('pieces').set('0');
  expect(slot('pieces').refusal.value).toBeUndefined();
  slot('pieces').leave();
  expect(slot('pieces').refusal.value).toMatch(/at least 1/);
  slot('surface').leave();
  expect(slot('surface').refusal.value).toBeUndefined();
  expect(state.ready()).toBe(false);
  expect(slot('surface').refusal.value).toBe('An answer is needed here');
});

test('a hidden field keeps what was typed, and it is not sent', () => {
  slot('surface').set('fail');
  slot('what_is_wrong').set('scratches');
  expect(state.answers()).toHaveProperty('what_is_wrong', 'scratches');
  slot('surface').set('pass');
  expect(state.answers()).not.toHaveProperty('what_is_wrong');
  expect(state.typed).toHaveProperty('what_is_wrong', 'scratches');
  slot('surface').set('fail');
  expect(state.answers()).toHaveProperty('what_is_wrong', 'scratches');
});

test('the server’s word stands beside the field until its answer changes', () => {
  state.tell([{ field: 'defects[1].depth', code: 'out-of-range', message: 'too deep' }]);
  const rows = FIELDS[4];
  if (rows?.kind !== 'rows') throw new Error('rows');
  const depth = state.slot(rows.columns[1] as Field, 'defects[1].depth');
  expect(depth.refusal.value).toBe('Too deep');
  depth.set('0.1');
  expect(depth.refusal.value).toBeUndefined();
});

test('cells of rows are answers of the rows', () => {
  const changed = vi.fn();
  state.onChange(changed);
  slot('surface').set('fail');
  const rows = FIELDS[4];
  if (rows?.kind !== 'rows') throw new Error('rows');
  state.slot(rows.columns[1] as Field, 'defects[2].depth').set('0.3');
  expect(changed).toHaveBeenLastCalledWith('defects', [undefined, { depth: '0.3' }]);
  state.slot(rows.columns[0] as Field, 'defects[1].kind').set('dent');
  expect(state.answers()['defects']).toEqual([{ kind: 'dent' }, { depth: 0.3 }]);
});

test('a keystroke touches the field it is typed into, and those that it changes', () => {
  const drawn: string[] = [];
  const stops = FIELDS.map((field) => {
    const one = slot(field.id);
    return effect(() => {
      void [one.value.value, one.shown.value, one.verdict.value, one.samples.value, one.refusal.value];
      drawn.push(field.id);
    });
  });
  const drawnBy = (change: () => void) => {
    drawn.length = 0;
    change();
    return [...drawn];
  };
  expect(drawnBy(() => slot('pieces').set('1'))).toEqual(['pieces']);
  expect(drawnBy(() => slot('pieces').set('12'))).toEqual(['pieces']);
  expect(drawnBy(() => slot('surface').set('fail')).sort()).toEqual(['defects', 'surface', 'what_is_wrong']);
  expect(drawnBy(() => slot('surface').set('fail'))).toEqual([]);
  stops.forEach((stop) => stop());
});

test('what is typed is there before the engine has looked, and nothing is sent before it has', () => {
  const form = new EngineForm(INSPECTION, 'measure', {});
  const looks: (() => void)[] = [];
  const check = vi.fn((changed: Answers) => form.check(changed, { at_ms: 0, offset_s: 0, person: 'wang' }));
  state.useEngine(check, (look) => looks.push(look));
  check.mockClear();
  slot('shaft_diameter').set(['25.0']);
  slot('shaft_diameter').set(['25.06']);
  slot('pieces').set('0');
  expect(slot('shaft_diameter').value.value).toEqual(['25.06']);
  expect(slot('shaft_diameter').samples.value).toEqual([]);
  expect(check).not.toHaveBeenCalled();
  // Once for all that was typed meanwhile.
  expect(looks).toHaveLength(1);
  looks[0]?.();
  expect(check).toHaveBeenCalledTimes(1);
  expect(slot('shaft_diameter').samples.value).toEqual(['not_ok']);
  slot('surface').set('pass');
  expect(looks).toHaveLength(2);
  expect(state.ready()).toBe(false);
  expect(slot('pieces').refusal.value).toMatch(/at least 1/);
  expect(check).toHaveBeenCalledTimes(2);
  looks[1]?.();
  expect(check).toHaveBeenCalledTimes(2);
});

test('an engine that fails leaves a form that works', () => {
  state.useEngine(() => {
    throw new Error('unreachable executed');
  });
  slot('pieces').set('0');
  expect(slot('pieces').shown.value).toBe(true);
  expect(state.ready()).toBe(true);
  expect(state.answers()).toEqual({ pieces: 0 });
});

test('what somebody else typed in the same field is shown beside it until one of the two is chosen', () => {
  const changed = vi.fn();
  slot('pieces').set('3');
  state.onChange(changed);
  state.adopt({ surface: 'pass' }, ['surface']);
  state.contest(new Map([['pieces', { value: 4, person: 'li' }]]));
  expect(changed).not.toHaveBeenCalled();
  expect(slot('surface').value.value).toBe('pass');
  expect(slot('pieces').other.value).toEqual({ value: 4, person: 'li' });
  slot('pieces').settle('other');
  expect(changed).toHaveBeenCalledWith('pieces', 4);
  expect(slot('pieces').value.value).toBe(4);
  expect(state.contested.value).toEqual([]);
});

test('numbers are sent as numbers where that says exactly the same', () => {
  const send = (typed: string) => toSend(FIELDS, { pieces: typed }, () => true)['pieces'];
  expect(send('12')).toBe(12);
  expect(send('0.1')).toBe(0.1);
  expect(send('25.')).toBe('25.');
  expect(send('12345678901234567')).toBe('12345678901234567');
  expect(send('  ')).toBeUndefined();
  expect(toSend(FIELDS, { shaft_diameter: ['25.1', '', '25.2'] }, () => true)['shaft_diameter']).toEqual([25.1, 25.2]);
});

test('progress counts what must be answered', () => {
  const progress = () => [state.done.value, state.needed.value];
  expect(progress()).toEqual([0, 2]);
  slot('surface').set('pass');
  slot('pieces').set('2');
  expect(progress()).toEqual([1, 2]);
});

test('a comma that can be read in two ways is asked about, and one that cannot is a decimal comma', () => {
  const [diameter, pieces] = [slot('shaft_diameter'), slot('pieces')];
  diameter.set(['25,01', '25,050']);
  diameter.leave();
  expect(diameter.samples.value).toEqual(['ok', 'undefined']);
  expect(diameter.refusal.value).toMatch(/thousands or decimals/);
  expect(state.ready()).toBe(false);
  diameter.set(['25,01', '25,05', '25.049']);
  expect(diameter.refusal.value).toBeUndefined();
  expect(state.answers()['shaft_diameter']).toEqual([25.01, 25.05, 25.049]);

  pieces.set('1,200');
  pieces.leave();
  expect(pieces.refusal.value).toMatch(/Type 1200/);
  language.value = 'zh';
  expect(pieces.refusal.value).toMatch(/请输入 1200/);
  // Another refusal of the same kind is told in its own words again.
  pieces.set('a');
  expect(pieces.refusal.value).not.toMatch(/1200/);
  pieces.set('1200');
  expect(pieces.refusal.value).toBeUndefined();
});
