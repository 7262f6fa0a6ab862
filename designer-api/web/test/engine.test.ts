import { beforeAll, expect, test } from 'vitest';

import { EngineForm } from '../core/engine';
import type { Answers, Mark } from '../core/types';
import { unitName } from '../core/units';
import { engine, INSPECTION } from './engine';

const around = { at_ms: Date.parse('2026-09-30T08:00:00Z'), offset_s: 28_800, person: 'wang' };

beforeAll(engine);

/** All that is said of a form with these answers. */
function look(answers: Answers) {
  const form = new EngineForm(INSPECTION, 'measure', {});
  const { shown = [], marks } = form.check(answers, around);
  form.close();
  return { shown: shown.sort(), marks, mark: (place: string) => marks[place] ?? {}, codes: (place: string) => codes(marks[place]) };
}

const codes = (mark: Mark | null | undefined) => (mark?.refused ?? []).map(({ code }) => code);

test('verdicts of samples while they are typed, and of all of them together', () => {
  const two = look({ shaft_diameter: [25.0, 25.06] });
  expect(two.mark('shaft_diameter')).toMatchObject({ samples: ['ok', 'not_ok'], verdict: 'not_ok' });
  expect(two.codes('shaft_diameter')).toEqual(['too-few']);
  // One sample is missing: that is no pass.
  expect(look({ shaft_diameter: [25.0, 25.01] }).mark('shaft_diameter').verdict).toBe('undefined');
  const good = look({ shaft_diameter: [25.0, 25.01, 25.02] });
  expect(good.mark('shaft_diameter')).toMatchObject({ verdict: 'ok', mean: '25.01' });
});

test('an unfinished number is no sample, and is refused as one', () => {
  const seen = look({ shaft_diameter: ['25.', 25.01, 25.02] });
  expect(seen.mark('shaft_diameter')).toMatchObject({ samples: ['undefined', 'ok', 'ok'], verdict: 'undefined' });
  expect(seen.codes('shaft_diameter')).toEqual(['wrong-type']);
});

test('conditions decide what is shown and what may be answered', () => {
  const passed = look({ surface: 'pass', what_is_wrong: 'typed before' });
  expect(passed.shown).toEqual(['pieces', 'shaft_diameter', 'surface']);
  expect(passed.codes('what_is_wrong')).toEqual(['not-shown']);
  const failed = look({ surface: 'fail' });
  expect(failed.shown).toContain('what_is_wrong');
  expect(failed.codes('what_is_wrong')).toEqual(['missing']);
});

test('rows are seen cell by cell', () => {
  const seen = look({ surface: 'fail', defects: [{ kind: 'dent', depth: 0.3 }, { depth: 0.1 }] });
  expect(seen.mark('defects[1].depth').verdict).toBe('not_ok');
  expect(seen.mark('defects[2].depth').verdict).toBe('ok');
  expect(seen.shown).toContain('defects[2].kind');
  expect(seen.codes('defects[2].kind')).toEqual(['missing']);
});

test('a default is suggested and is no answer', () => {
  expect(look({}).mark('pieces').default).toBe(5);
  expect(look({ pieces: 3 }).mark('pieces').default).toBeUndefined();
});

test('a second look tells what changed and nothing else', () => {
  const form = new EngineForm(INSPECTION, 'measure', {});
  form.check({ shaft_diameter: [25.0] }, around);
  const typed = form.check({ shaft_diameter: [25.0, 25.06] }, around);
  expect(typed.shown).toBeUndefined();
  expect(Object.keys(typed.marks)).toEqual(['shaft_diameter']);
  expect(form.check({}, around)).toEqual({ marks: {} });
  const failed = form.check({ surface: 'fail', defects: [{ depth: 0.3 }] }, around);
  expect(failed.shown).toContain('defects[1].depth');
  // An answer that is taken back takes away what was said of it.
  const passed = form.check({ surface: 'pass', defects: null }, around);
  expect(passed.shown).toBeUndefined();
  expect(passed.hidden).toContain('defects[1].depth');
  expect(passed.hidden).toContain('what_is_wrong');
  expect(passed.marks).toMatchObject({ 'defects[1].depth': null, 'defects[1].kind': null, what_is_wrong: null });
  form.close();
});

test('the inputs of a start are a form too', () => {
  const form = new EngineForm(INSPECTION, null, {});
  expect(codes(form.check({}, around).marks['order'])).toEqual(['missing']);
  expect(form.check({ order: '4711' }, around).marks).toEqual({ order: null });
});

test('what cannot be answered is said, not thrown away', () => {
  expect(() => new EngineForm(INSPECTION, 'no_such_step', {})).toThrow(/no_such_step/);
  expect(() => new EngineForm('steps: [', 'measure', {})).toThrow(/G\d{4}/);
});

test.each([
  ['Cel', '°C'],
  ['mm2', 'mm²'],
  ['{pcs}', 'pcs'],
  ['mm', 'mm'],
])('the unit %s is shown as %s', (code, shown) => {
  expect(unitName(code)).toBe(shown);
});
