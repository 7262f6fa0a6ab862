/** What a server answers, for pages that are tried without one. */
import { vi } from 'vitest';

import type { Entry, Outline, Run, Session, Site } from '../core/types';

export const SITE: Site = {
  title: 'Wuhu plant',
  time_zone: 'Asia/Shanghai',
  equipment: [
    { id: 'line-3', title: 'Shaft line 3', level: 'line', parent: null },
    { id: 'qc-1', title: 'QC 1', level: 'station', parent: 'line-3' },
  ],
  roles: [
    { id: 'operator', title: 'operator' },
    { id: 'inspector', title: 'inspector' },
  ],
};

export const PEOPLE = [
  { id: 'zhao', name: 'Zhao Wei', roles: ['operator'], rights: ['read', 'work'] as const },
  { id: 'wang', name: 'Wang Fang', roles: ['inspector'], rights: ['read', 'work'] as const },
];

export function signedIn(rights: Session['person']['rights'] = ['read', 'work']): Session {
  const person = { id: 'chen', name: 'Chen Jie', roles: [], rights };
  return { person, station: null, csrf: 'c', idle_s: 1800, expires_at: '2030-01-01T00:00:00Z' };
}

export const RUN: Run = {
  id: '01a204d8-2c34-7101-8b45-25c83eb70cd4',
  app: 'inspection',
  app_version: 2,
  status: 'waiting',
  outcome: null,
  station: 'qc-1',
  started_by: 'zhao',
  started_at: '2026-09-30T00:15:00.000Z',
  updated_at: '2026-09-30T00:15:00.000Z',
  ended_at: null,
  seq: 3,
  waiting_for: [],
  tasks: [],
};

export const OUTLINE: Outline = {
  title: { default: 'Inspection' },
  inputs: [{ id: 'order', kind: 'scan', title: { default: 'Work order', zh: '工单' } }],
  steps: {
    measure: {
      kind: 'form',
      title: { default: 'Measure', zh: '测量' },
      sign: { default: 'measured by me', zh: '本人测量' },
      fields: [
        {
          id: 'shaft_diameter',
          kind: 'measure',
          title: { default: 'Shaft diameter', zh: '轴径' },
          unit: 'mm',
          decimals: 3,
          limits: { lower: '24.95', upper: '25.05' },
        },
        { id: 'surface', kind: 'check', title: { default: 'Surface', zh: '表面' } },
      ],
    },
    again: { kind: 'repeat', title: { default: 'Until it is right' } },
  },
  tables: {},
};

export const ENTRIES: Entry[] = [
  {
    seq: 1,
    at: '2026-09-30T00:15:00.000Z',
    person: 'zhao',
    via: 'station/qc-1',
    facts: [
      { what: 'run_started', step: null, round: 0, inputs: { order: '4711' } },
      { what: 'held', step: 'hold', round: 0, target: 'line-3', why: 'Not released' },
    ],
    note: null,
  },
  {
    seq: 2,
    at: '2026-09-30T00:20:00.000Z',
    person: 'zhao',
    via: 'web/browser',
    confirmed: 'pin',
    facts: [
      {
        what: 'task_completed',
        step: 'measure',
        round: 1,
        task: 2,
        person: 'zhao',
        answers: { surface: 'pass', shaft_diameter: [25, 25.062, 25.003] },
        verdicts: { shaft_diameter: 'not_ok', surface: 'ok' },
      },
      {
        what: 'decided',
        step: 'again',
        round: 1,
        condition: 'shaft_diameter is ok and surface = "surface"',
        result: false,
        values: { shaft_diameter: { value: 25.0216666667, verdict: 'not_ok' } },
        way: 'again',
      },
    ],
    note: null,
  },
  {
    seq: 3,
    at: '2026-09-30T16:30:00.000Z',
    person: null,
    via: 'timer',
    facts: [
      { what: 'late', step: 'measure', round: 2, task: 4, rung: 0, told: [{ role: 'inspector' }], moved_to: { person: 'wang' } },
      { what: 'something_new', step: 'measure', round: 2 },
    ],
    note: null,
  },
];

/** Answers requests below `/api/v1` by their method and path; notes what was asked. */
export function serve(answers: Record<string, unknown>): { method: string; path: string; body: unknown }[] {
  const asked: { method: string; path: string; body: unknown }[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => {
    const path = url.replace('/api/v1', '');
    const method = init.method ?? 'GET';
    asked.push({ method, path, body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined });
    const key = `${method} ${path.split('?')[0]}`;
    const answer = answers[key];
    if (answer instanceof Response) return Promise.resolve(answer.clone());
    const status = answer === undefined ? 404 : 200;
    return Promise.resolve(new Response(JSON.stringify(answer ?? { code: 'not-found', detail: key }), { status }));
  });
  return asked;
}
