import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { language } from '../core/i18n';
import { route } from '../core/route';
import { session } from '../core/session';
import { apps, people, site } from '../core/site';
import type { Run } from '../core/types';
import { People } from '../terminal/pages/people';
import { RunPage } from '../terminal/pages/run';
import { Runs } from '../terminal/pages/runs';
import { ENTRIES, PEOPLE, RUN, serve, signedIn, SITE } from './fixtures';

beforeEach(() => {
  language.value = 'en';
  site.value = SITE;
  people.value = PEOPLE.map(({ id, name, roles }) => ({ id, name, roles }));
  apps.value = [{ id: 'inspection', version: 2, title: 'Inspection', about: null }];
  session.value = signedIn();
  // What happy-dom has not.
  HTMLDialogElement.prototype.showModal = vi.fn();
  HTMLDialogElement.prototype.close = vi.fn();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const at = (address: string) => {
  history.replaceState(null, '', address);
  route.value = { path: location.pathname, query: new URLSearchParams(location.search) };
};

describe('runs', () => {
  const answers = { 'GET /runs': { items: [RUN], next: null } };
  const queries = (asked: ReturnType<typeof serve>) => asked.map(({ path }) => Object.fromEntries(new URLSearchParams(path.split('?')[1])));

  test('search and filters come from the address, and nothing that the server does not know', async () => {
    at('/runs?q=zhao&status=waiting&unknown=1');
    const asked = serve(answers);
    render(<Runs />);
    await screen.findByText('started by Zhao Wei');
    expect(queries(asked)).toEqual([{ q: 'zhao', status: 'waiting', limit: '50' }]);
    expect((screen.getByLabelText('Search') as HTMLInputElement).value).toBe('zhao');
    expect((screen.getByLabelText('State') as HTMLSelectElement).value).toBe('waiting');
  });

  test('what is typed and chosen goes into the address', async () => {
    at('/runs');
    const asked = serve(answers);
    render(<Runs />);
    await screen.findByText('started by Zhao Wei');
    fireEvent.input(screen.getByLabelText('Search'), { target: { value: ' 4711 ' } });
    await waitFor(() => expect(location.search).toBe('?q=4711'));
    fireEvent.change(screen.getByLabelText('Station'), { target: { value: 'qc-1' } });
    await waitFor(() => expect(queries(asked).at(-1)).toEqual({ q: '4711', station: 'qc-1', limit: '50' }));
    expect(location.search).toBe('?q=4711&station=qc-1');
    fireEvent.click(screen.getByText('Show all'));
    await waitFor(() => expect(location.search).toBe(''));
    expect((screen.getByLabelText('Search') as HTMLInputElement).value).toBe('');
  });

  test('a search that finds nothing among the newest goes on to look', async () => {
    at('/runs?q=zhao');
    const pages = [
      { items: [], next: 'b' },
      { items: [RUN], next: null },
    ];
    const asked: string[] = [];
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(new URLSearchParams(url.split('?')[1]).get('after') ?? '');
      return Promise.resolve(new Response(JSON.stringify(pages[asked.length - 1])));
    });
    render(<Runs />);
    await screen.findByText('started by Zhao Wei');
    expect(asked).toEqual(['', 'b']);
  });

  test('a filter of an old link is shown as it is asked', async () => {
    at('/runs?station=gone-9');
    serve({ 'GET /runs': { items: [], next: null } });
    render(<Runs />);
    await screen.findByText('No run is like that.');
    expect((screen.getByLabelText('Station') as HTMLSelectElement).value).toBe('gone-9');
  });
});

describe('a run', () => {
  const waiting: Run = {
    ...RUN,
    waiting_for: [{ for: 'task', task: 4, step: 'measure', to: { role: 'inspector' } }],
    tasks: [
      {
        id: `${RUN.id}.4`, run: RUN.id, task: 4, version: 1, app: 'inspection', app_version: 2, step: 'measure', title: 'Measure',
        to: { role: 'inspector' }, at: [], opened_at: RUN.started_at, due_at: null, late: false, reserved_by: null, not_by: [],
        sign: null, show: [], round: 2,
      },
    ],
  };
  const answers = (run: Run) => ({
    [`GET /runs/${run.id}`]: run,
    [`GET /runs/${run.id}/timeline`]: { items: ENTRIES, next: null },
    'GET /holds': { items: [{ target: 'line-3', run: run.id, app: 'inspection', why: 'Not released', since: run.started_at }], next: null },
    [`POST /runs/${run.id}/cancel`]: run,
    'POST /holds/line-3/release': run,
  });

  test('says who can move it, by name; a worker is not offered what only supervisors may', async () => {
    serve(answers(waiting));
    render(<RunPage id={RUN.id} />);
    await screen.findByText(/inspector: Wang Fang/);
    expect(screen.queryByText('Cancel the run')).toBeNull();
    expect(screen.queryByText('Release by hand')).toBeNull();
  });

  test('says so when nobody can', async () => {
    serve(answers({ ...waiting, tasks: waiting.tasks.map((task) => ({ ...task, not_by: ['wang'] })) }));
    render(<RunPage id={RUN.id} />);
    await screen.findByText(/Nobody who may do this is set up/);
  });

  test('is not cancelled without a reason', async () => {
    session.value = signedIn(['read', 'work', 'supervise']);
    const asked = serve(answers(waiting));
    render(<RunPage id={RUN.id} />);
    fireEvent.click(await screen.findByText('Cancel the run'));
    const buttons = screen.getAllByText('Cancel the run').filter((element) => element instanceof HTMLButtonElement);
    const send = buttons.at(-1) as HTMLButtonElement;
    expect(send.disabled).toBe(true);
    fireEvent.input(screen.getByLabelText('Why?'), { target: { value: 'wrong order' } });
    fireEvent.click(send);
    await waitFor(() => expect(asked.find(({ method }) => method === 'POST')).toMatchObject({ path: `/runs/${RUN.id}/cancel`, body: { why: 'wrong order' } }));
  });

  test('its hold is released by hand with a reason', async () => {
    session.value = signedIn(['read', 'work', 'supervise']);
    const asked = serve(answers(waiting));
    render(<RunPage id={RUN.id} />);
    fireEvent.click(await screen.findByText('Release by hand'));
    fireEvent.input(screen.getByLabelText('Why?'), { target: { value: 'checked by me' } });
    fireEvent.click(screen.getByText('Release it'));
    await waitFor(() =>
      expect(asked.find(({ method }) => method === 'POST')).toMatchObject({
        path: '/holds/line-3/release',
        body: { run: RUN.id, why: 'checked by me' },
      }),
    );
  });
});

describe('people', () => {
  const zhao = { ...PEOPLE[0], rights: ['read', 'work'], active: true, has_password: true, has_pin: true, has_badge: false };
  const refused = new Response(
    JSON.stringify({
      code: 'invalid-body',
      title: '',
      detail: 'two members',
      fields: [
        { field: 'pin', code: 'weak', message: 'too easy to guess' },
        { field: 'roles[0]', code: 'unknown', message: 'no such role' },
      ],
    }),
    { status: 422 },
  );
  const open = async (answers: Record<string, unknown>) => {
    session.value = signedIn(['read', 'work', 'admin']);
    const asked = serve({ 'GET /people': { items: [zhao], next: null }, ...answers });
    render(<People />);
    fireEvent.click(await screen.findByText('Zhao Wei'));
    return asked;
  };

  test('what is wrong stands beside what it is about', async () => {
    await open({ 'PUT /people/zhao': refused });
    fireEvent.click(screen.getByLabelText('Replace: PIN'));
    fireEvent.input(screen.getByLabelText('PIN'), { target: { value: '1234' } });
    fireEvent.click(screen.getByText('Save'));
    const pin = await waitFor(() => {
      const found = screen.getByLabelText('PIN');
      expect(found.getAttribute('aria-invalid')).toBe('true');
      return found;
    });
    const about = pin.getAttribute('aria-describedby')?.split(' ').map((id) => document.getElementById(id)?.textContent);
    expect(about?.at(-1)).toContain('too easy to guess');
    expect(document.activeElement).toBe(pin);
    expect(screen.getByText('no such role').closest('fieldset')?.textContent).toContain('operator');
  });

  test('only what was changed is sent: a way that is taken away is null, the others are not named', async () => {
    const asked = await open({ 'PUT /people/zhao': zhao });
    fireEvent.click(screen.getByLabelText('Take away: PIN'));
    fireEvent.click(screen.getByText('Save'));
    await waitFor(() => expect(asked.some(({ method }) => method === 'PUT')).toBe(true));
    expect(asked.find(({ method }) => method === 'PUT')?.body).toEqual({
      name: 'Zhao Wei',
      roles: ['operator'],
      rights: ['read', 'work'],
      language: null,
      pin: null,
    });
  });

  test('someone is signed off only after it was asked', async () => {
    const asked = await open({ 'DELETE /people/zhao': new Response(null, { status: 204 }) });
    fireEvent.click(screen.getByText('Sign this person off for good'));
    expect(asked.some(({ method }) => method === 'DELETE')).toBe(false);
    fireEvent.click(screen.getAllByText('Sign this person off for good').filter((element) => element instanceof HTMLButtonElement)[0] as HTMLElement);
    await waitFor(() => expect(asked.some(({ method, path }) => method === 'DELETE' && path === '/people/zhao')).toBe(true));
  });

  test('nobody but an administrator sees it', () => {
    session.value = signedIn();
    serve({ 'GET /people': { items: [zhao], next: null } });
    render(<People />);
    expect(screen.getByText('An administrator has to do this.')).toBeTruthy();
  });
});
