import { beforeAll, expect, test } from 'vitest';

import { EngineForm } from '../core/engine';
import { unitName } from '../core/units';
import { engine, INSPECTION } from './engine';

const around = { at_ms: Date.parse('2026-09-30T08:00:00Z'), offset_s: 28_800, person: 'wang' };

beforeAll(engine);

function look(answers: Parameters<EngineForm['check']>[0]) {
  const form = new EngineForm(INSPECTION, 'measure', {});
  const seen = form.check(answers, around);
  form.close();
  return seen;
}

test('verdicts of samples while they are typed, and of all of them together', () => {
  const two = look({ shaft_diameter: [25.0, 25.06] });
  expect(two.samples['shaft_diameter']).toEqual(['ok', 'not_ok']);
  expect(two.verdicts['shaft_diameter']).toBe('not_ok');
  expect(two.refused).toContainEqual(expect.objectContaining({ field: 'shaft_diameter', code: 'too-few' }));
  const good = look({ shaft_diameter: [25.0, 25.01] });
  // One sample is missing: that is no pass.
  expect(good.verdicts['shaft_diameter']).toBe('undefined');
  expect(look({ shaft_diameter: [25.0, 25.01, 25.02] }).verdicts['shaft_diameter']).toBe('ok');
});

test('an unfinished number is no sample, and is refused as one', () => {
  const seen = look({ shaft_diameter: ['25.', 25.01, 25.02] });
  expect(seen.samples['shaft_diameter']).toEqual(['undefined', 'ok', 'ok']);
  expect(seen.verdicts['shaft_diameter']).toBe('undefined');
  expect(seen.refused).toContainEqual(expect.objectContaining({ field: 'shaft_diameter', code: 'wrong-type' }));
});

test('conditions decide what is shown and what may be answered', () => {
  const passed = look({ surface: 'pass', what_is_wrong: 'typed before' });
  expect(passed.shown).toEqual(['shaft_diameter', 'surface', 'pieces']);
  expect(passed.refused).toContainEqual(expect.objectContaining({ field: 'what_is_wrong', code: 'not-shown' }));
  const failed = look({ surface: 'fail' });
  expect(failed.shown).toContain('what_is_wrong');
  expect(failed.refused).toContainEqual(expect.objectContaining({ field: 'what_is_wrong', code: 'missing' }));
});

test('rows are seen cell by cell', () => {
  const seen = look({ surface: 'fail', defects: [{ kind: 'dent', depth: 0.3 }, { depth: 0.1 }] });
  expect(seen.verdicts['defects[1].depth']).toBe('not_ok');
  expect(seen.verdicts['defects[2].depth']).toBe('ok');
  expect(seen.shown).toContain('defects[2].kind');
  expect(seen.refused).toContainEqual(expect.objectContaining({ field: 'defects[2].kind', code: 'missing' }));
});

test('a default is suggested and is no answer', () => {
  expect(look({}).defaults).toEqual({ pieces: 5 });
  expect(look({ pieces: 3 }).defaults).toEqual({});
});

test('the inputs of a start are a form too', () => {
  const form = new EngineForm(INSPECTION, null, {});
  expect(form.check({}, around).refused).toEqual([expect.objectContaining({ field: 'order', code: 'missing' })]);
  expect(form.check({ order: '4711' }, around).refused).toEqual([]);
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
