/** Every page: looked at by axe by day and by night, and kept as pictures for whoever changed it.
 *  The pictures are in `target/e2e/screens`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';

import { folder } from './support/artefacts';
import { findings } from './support/axe';
import type { Look } from './support/device';
import { chen, enrol, enter, zhao } from './support/people';
import { shift, type Scene } from './support/scene';
import { example, type Server } from './support/server';
import { story, type Stage } from './support/stage';
import type { Terminal } from './support/terminal';
import { whole } from './support/whole';

const app = (name: string) => readFileSync(join(import.meta.dirname, 'apps', name), 'utf8');

const apps = {
  'first-piece-inspection.yaml': example('first-piece-inspection.yaml').replace('within: 20 min', 'within: 2 s'),
  'andon-call.yaml': example('andon-call.yaml'),
  'every-field.yaml': app('every-field.yaml'),
  'tool-check.yaml': app('tool-check.yaml'),
};

interface View {
  name: string;
  /** Goes there; what it gives is there when the page has everything. */
  show(terminal: Terminal): Promise<Locator>;
}

function page(name: string, path: string, ready: (terminal: Terminal) => Locator): View {
  return {
    name,
    show: async (terminal) => {
      await terminal.go(path);
      return ready(terminal);
    },
  };
}

/** For those who have not signed in. */
const OUTSIDE: View[] = [
  page('sign-in', '/', (terminal) => terminal.button('sign_in.do')),
  page('setup', '/setup#0000', (terminal) => terminal.button('setup.do')),
];

/** At a station nobody is signed in. */
const STATION: View[] = [
  page('station-badge', '/', (terminal) => terminal.button('sign_in.do')),
  {
    name: 'station-pin',
    show: async (terminal) => {
      await terminal.go('/');
      await terminal.button('sign_in.by_pin').click();
      return terminal.page.getByLabel(terminal.word('sign_in.pin'), { exact: true });
    },
  },
];

function inside({ finished, late, every, release }: Scene, server: Server): View[] {
  return [
    page('inbox', '/', (terminal) => terminal.page.getByRole('main').getByRole('link').first()),
    page('start', '/start/every_kind_of_field', (terminal) => terminal.button('task.start')),
    page('task', `/tasks/${every}`, (terminal) => terminal.button('task.sign_send')),
    {
      name: 'task-refused',
      show: async (terminal) => {
        await terminal.go(`/tasks/${every}`);
        await terminal.page.locator('.samples input').first().fill('25.062');
        await terminal.page.getByText(terminal.word('verdict.not_ok')).first().waitFor();
        await terminal.closeKeypad();
        await terminal.button('task.sign_send').click();
        return terminal.page.locator('.field-refusal').first();
      },
    },
    {
      name: 'sign',
      show: async (terminal) => {
        await terminal.go(`/tasks/${await release()}`);
        await terminal.page.getByRole('checkbox').first().check();
        await terminal.button('task.sign_send').click();
        return terminal.page.getByRole('dialog', { name: terminal.word('sign.title') });
      },
    },
    {
      name: 'next',
      show: async (terminal) => {
        const run = await server.call<{ tasks: { id: string }[] }>('POST', '/runs', { app: 'tool_check' });
        await terminal.go(`/tasks/${run.tasks[0]?.id}`);
        await terminal.field('Tool number').fill('T-1');
        await terminal.number('Length', '100');
        await terminal.send();
        return terminal.heading(terminal.word('next.title'));
      },
    },
    {
      name: 'menu',
      show: async (terminal) => {
        await terminal.go('/');
        await terminal.button('nav.menu').click();
        return terminal.page.getByRole('dialog');
      },
    },
    page('runs', '/runs', (terminal) => terminal.page.getByRole('main').locator('a[href^="/runs/"]').first()),
    page('run', `/runs/${finished}`, (terminal) => terminal.page.getByRole('main').getByText('SN-0002').first()),
    page('run-late', `/runs/${late}`, (terminal) => terminal.page.getByRole('main').getByText(/WO-4712/).first()),
    page('record', `/runs/${finished}/record`, (terminal) => terminal.page.getByRole('main').getByText('SN-0002').first()),
    page('floor', '/floor', (terminal) => terminal.page.getByRole('main').getByText(/WO-4712/).first()),
    page('people', '/people', (terminal) => terminal.page.getByRole('main').getByText(zhao.name)),
    {
      name: 'person',
      show: async (terminal) => {
        await terminal.go('/people');
        await terminal.page.getByRole('main').getByText(zhao.name).click();
        return terminal.page.getByRole('dialog').getByLabel(terminal.word('people.name'), { exact: true });
      },
    },
    page('station', '/station', (terminal) => terminal.page.getByRole('radio').first()),
    page('welcome', '/welcome', (terminal) => terminal.heading(terminal.word('welcome.title'))),
    page('help', '/docs', (terminal) => terminal.page.getByRole('heading').first()),
    page('gone', '/tasks/nothing', (terminal) => terminal.page.locator('.empty')),
  ];
}

/** Shows each view to `lookAt`. */
async function each(
  stage: Stage,
  scene: Scene,
  look: Partial<Look>,
  lookAt: (terminal: Terminal, view: View) => Promise<void>,
): Promise<void> {
  const show = async (terminal: Terminal, views: View[]) => {
    for (const view of views) {
      await (await view.show(terminal)).waitFor();
      await lookAt(terminal, view);
    }
    await terminal.device.close();
  };
  const name = Object.values(look).join('-');
  await show(await stage.terminal(`${name}-outside`, look), OUTSIDE);
  const station = await stage.terminal(`${name}-station`, look);
  await enrol(station.device, stage.server, 'qc-1');
  await show(station, STATION);
  const terminal = await stage.terminal(name, look);
  terminal.device.expects(400, /^\/tasks\/nothing$/);
  // The same person types into the same task on two devices: the later draft meets the earlier one.
  terminal.device.expects(409, /\/draft$/);
  await enrol(terminal.device, stage.server, 'qc-1');
  await enter(terminal.device, chen);
  await show(terminal, inside(scene, stage.server));
}

/** How the pages are looked at, two at a time; `axe` where its findings may differ. */
const LOOKS: { look: Partial<Look>; axe?: boolean }[][] = [
  [
    { look: { size: 'tablet', language: 'en', theme: 'day' }, axe: true },
    { look: { size: 'phone', language: 'zh', theme: 'day' }, axe: true },
    { look: { size: 'desktop', language: 'en', theme: 'day' } },
    { look: { size: 'phone', language: 'en', theme: 'night' } },
  ],
  [
    { look: { size: 'tablet', language: 'en', theme: 'night' }, axe: true },
    { look: { size: 'tablet', language: 'zh', theme: 'day' } },
    { look: { size: 'phone', language: 'en', theme: 'day' } },
    { look: { size: 'desktop', language: 'zh', theme: 'night' } },
  ],
];

story(
  'every page fits on a phone, a tablet and a large screen, in both languages, by day and by night, and axe finds nothing serious',
  async (stage) => {
    const scene = await shift(stage.server);
    const found: string[] = [];
    const lane = async (looks: (typeof LOOKS)[number]) => {
      for (const { look, axe = false } of looks) {
        const name = Object.values(look).join('-');
        await each(stage, scene, look, async (terminal, view) => {
          const { page } = terminal;
          const shot = join(folder('screens', name), `${view.name}.png`);
          const wrong = await whole(page, async () => {
            await page.screenshot({ path: shot });
            return [...(await tooWide(terminal)), ...(await tooSmall(terminal)), ...(axe ? await findings(page) : [])];
          });
          found.push(...wrong.map((what) => `${view.name}, ${name}: ${what}`));
        });
      }
    };
    await Promise.all(LOOKS.map(lane));
    expect(found).toEqual([]);
  },
  { apps },
);

/** What reaches beyond the page, so that it would have to be pushed sideways. */
function tooWide(terminal: Terminal): Promise<string[]> {
  return terminal.page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const over = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > room + 1);
    return over.slice(0, 5).map((one) => `${one.tagName} ${one.className} reaches to ${one.getBoundingClientRect().right} of ${room}`);
  });
}

/** Less is no target for a glove: 12 mm on a ten-inch tablet. Links inside of a text are not pressed on the floor. */
const TARGET_PX_MIN = 56;

function tooSmall(terminal: Terminal): Promise<string[]> {
  return terminal.page.evaluate((min) => {
    const found = [...document.querySelectorAll<HTMLElement>('button, a.button, a.task, nav a, select, input, textarea, label.option')];
    const small = found.filter((one) => {
      const box = one.getBoundingClientRect();
      const seen = box.width > 1 && box.height > 1 && getComputedStyle(one).visibility !== 'hidden';
      // Of a label with its input, the larger one is pressed.
      const inside = one instanceof HTMLInputElement && one.closest('label.option') !== null;
      return seen && !inside && (box.height < min || box.width < min);
    });
    return small.slice(0, 5).map((one) => {
      const { width, height } = one.getBoundingClientRect();
      return `${one.tagName} '${(one.textContent || one.getAttribute('aria-label') || '').slice(0, 30)}' is ${Math.round(width)} × ${Math.round(height)}`;
    });
  }, TARGET_PX_MIN);
}
