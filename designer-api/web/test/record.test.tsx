import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { language } from '../core/i18n';
import { session } from '../core/session';
import { apps, people, site } from '../core/site';
import { RecordPage } from '../terminal/pages/record';
import { Setup } from '../terminal/pages/setup';
import { engine, INSPECTION } from './engine';
import { ENTRIES, PEOPLE, RUN, serve, signedIn, SITE } from './fixtures';

beforeAll(engine);
beforeEach(() => {
  language.value = 'en';
  site.value = SITE;
  people.value = PEOPLE.map(({ id, name, roles }) => ({ id, name, roles }));
  apps.value = [{ id: 'inspection', version: 2, title: 'Inspection', about: null }];
  session.value = signedIn();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** The app of the fixtures, with a promise. */
const SOURCE = INSPECTION.replace('  - form: Measure\n', '  - form: Measure\n    sign: measured by me\n');

test('a record has every answer with its limits and verdict, and who signed what, how it was confirmed', async () => {
  serve({
    [`GET /runs/${RUN.id}`]: { ...RUN, status: 'finished', ended_at: '2026-09-30T17:00:00.000Z' },
    [`GET /runs/${RUN.id}/timeline`]: { items: ENTRIES, next: null },
    'GET /apps/inspection/source': new Response(SOURCE),
  });
  render(<RecordPage id={RUN.id} />);
  await screen.findByText(/Signed by Zhao Wei, 30\/09\/2026, 08:20:00: “measured by me”/);
  const text = document.body.textContent ?? '';
  for (const said of [RUN.id, 'version 2', 'Asia/Shanghai', 'Work order', '4711', '25.000 · 25.062 · 25.003 mm', 'asked: 24.95 to 25.05 mm', 'Not OK', 'Round 1', 'confirmed by PIN']) {
    expect(text).toContain(said);
  }
  // The printed pages have the run's number too.
  const rules = document.adoptedStyleSheets.flatMap((sheet) => Array.from(sheet.cssRules, (rule) => rule.cssText)).join();
  expect(rules === '' || rules.includes(RUN.id)).toBe(true);
});

test('a record has every promise that was signed, and options, in the language of its reader', async () => {
  language.value = 'zh';
  const fields = `    fields:
      - choose: What now
        from: [{en: go on, zh: 继续}, {en: stop, zh: 停线}]
      - sign: Witness
        meaning: {en: I have seen the weighing, zh: 我已见证称重}
`;
  const source = `app: Weigh\nsteps:\n  - form: Weigh\n    to: operator\n    sign: {en: weighed, zh: 已称重}\n${fields}`;
  const answers = { what_now: 'stop', witness: 'zhao' };
  const fact = { what: 'task_completed', step: 'weigh', round: 0, person: 'zhao', answers, verdicts: {} };
  serve({
    [`GET /runs/${RUN.id}`]: { ...RUN, app: 'weigh', status: 'finished' },
    [`GET /runs/${RUN.id}/timeline`]: { items: [{ ...ENTRIES[0], facts: [fact] }], next: null },
    'GET /apps/weigh/source': new Response(source),
  });
  render(<RecordPage id={RUN.id} />);
  await screen.findByText(/“已称重”/);
  expect(screen.getByText(/“我已见证称重”/)).toBeTruthy();
  expect(screen.getByText('停线')).toBeTruthy();
});

test('a record that is not complete says so', async () => {
  serve({
    [`GET /runs/${RUN.id}`]: RUN,
    [`GET /runs/${RUN.id}/timeline`]: { items: ENTRIES.slice(0, 1), next: null },
    'GET /apps/inspection/source': new Response(SOURCE),
  });
  render(<RecordPage id={RUN.id} />);
  await screen.findByText('This run is still under way: the record is not complete.');
});

test('without the words of its app a record says what is missing rather than look complete', async () => {
  const run = { ...RUN, app: 'unread', status: 'finished' };
  serve({
    [`GET /runs/${RUN.id}`]: run,
    [`GET /runs/${RUN.id}/timeline`]: { items: ENTRIES, next: null },
    'GET /apps/unread/source': new Response('{}', { status: 404 }),
  });
  render(<RecordPage id={RUN.id} />);
  await screen.findByText(/what was signed are missing/);
});

const fill = (values: Record<string, string>) => {
  for (const [label, value] of Object.entries(values)) fireEvent.input(screen.getByLabelText(label), { target: { value } });
  fireEvent.click(screen.getByText('Begin'));
};
const GIVEN = { 'Your name': 'Ada', 'Short name, to sign in with': ' ada ', Password: 'seven brave anvils', 'The same password again': 'seven brave anvils' };
const problem = (status: number, body: object) => new Response(JSON.stringify({ title: '', detail: 'no', ...body }), { status });

test('the code of the link is sent, and nothing before both passwords are the same', async () => {
  history.replaceState(null, '', '/setup#c0de');
  const asked = serve({ 'POST /setup': problem(401, { code: 'wrong-credentials' }) });
  render(<Setup />);
  fill({ ...GIVEN, 'The same password again': 'another' });
  await screen.findByText('The two passwords are not the same.');
  expect(asked).toEqual([]);
  fill(GIVEN);
  await screen.findByText(/This code is not right/);
  expect(asked[0]).toMatchObject({ path: '/setup', body: { code: 'c0de', person: 'ada', name: 'Ada', password: 'seven brave anvils' } });
});

test('what the server refuses stands beside its line; a used link leads to the sign-in', async () => {
  history.replaceState(null, '', '/setup#c0de');
  serve({ 'POST /setup': problem(422, { code: 'invalid-body', fields: [{ field: 'password', code: 'common', message: 'too common' }] }) });
  render(<Setup />);
  fill(GIVEN);
  await waitFor(() => expect(screen.getByLabelText('Password').getAttribute('aria-invalid')).toBe('true'));
  expect(screen.getByText('too common')).toBeTruthy();
  serve({ 'POST /setup': problem(410, { code: 'setup-done' }) });
  fireEvent.click(screen.getByText('Begin'));
  await screen.findByText('This link has been used. Sign in, or ask your administrator.');
  expect(screen.getByText('Sign in').getAttribute('href')).toBe('/');
});

test('without a code there is nothing to fill in', () => {
  history.replaceState(null, '', '/setup');
  render(<Setup />);
  expect(screen.queryByText('Begin')).toBeNull();
  expect(screen.getByText(/This address has no code/)).toBeTruthy();
});
