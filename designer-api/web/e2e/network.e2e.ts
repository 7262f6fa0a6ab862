/** The network is lost, the server hangs or dies: nothing that was typed is, and each form arrives once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

import { arrive, enter, zhao } from './support/people';
import { photo } from './support/pictures';
import type { Server } from './support/server';
import { story, type Stage } from './support/stage';
import type { Terminal } from './support/terminal';

const apps = { 'tool-check.yaml': readFileSync(join(import.meta.dirname, 'apps/tool-check.yaml'), 'utf8') };
const CHECK = 'Check the tool';

/** Somebody has a form open and has typed the first field. */
async function begun(stage: Stage): Promise<Terminal> {
  await arrive(stage.server, zhao);
  const tablet = await stage.terminal('tablet');
  await enter(tablet.device, zhao);
  await tablet.press('Tool check');
  await tablet.field('Tool number').fill('T-21');
  await tablet.says('task.saved').waitFor();
  return tablet;
}

interface Answered {
  items: { facts: { what: string; answers?: Record<string, unknown> }[] }[];
}

/** What the server has of the form: the answers of each time it was completed. */
async function completions(server: Server): Promise<Record<string, unknown>[]> {
  const runs = await server.call<{ items: { id: string }[] }>('GET', '/runs');
  const timelines = await Promise.all(
    runs.items.map((run) => server.call<Answered>('GET', `/runs/${run.id}/timeline?after=0&limit=500`)),
  );
  const facts = timelines.flatMap((timeline) => timeline.items.flatMap((entry) => entry.facts));
  return facts.filter((fact) => fact.what === 'task_completed').map((fact) => fact.answers ?? {});
}

story(
  'the network is lost while a form is filled in: it is finished, and sent once when it is back',
  async (stage) => {
    const tablet = await begun(stage);
    await tablet.device.offline(async () => {
      await tablet.number('Length', '100.02');
      // The verdict is the page's own: it needs nobody.
      await tablet.says('verdict.ok').waitFor();
      await tablet.says('offline.title').waitFor();
      await tablet.says('task.here').waitFor();
      await tablet.field('Remarks').fill('Written without a network');
      await tablet.send();
      await tablet.says('outbox.waiting', { n: 1 }).waitFor();
      // It is not in the list any more, and not lost either.
      expect(await tablet.task(CHECK).count()).toBe(0);
      expect(await completions(stage.server)).toEqual([]);
    });
    await tablet.says('outbox.waiting', { n: 1 }).waitFor({ state: 'detached' });
    await tablet.says('offline.title').waitFor({ state: 'detached' });
    const sent = { tool_number: 'T-21', length: 100.02, remarks: 'Written without a network' };
    expect(await completions(stage.server)).toEqual([expect.objectContaining(sent)]);
  },
  { apps },
);

story(
  'a page that is loaded anew without a network shows the form as it was',
  async (stage) => {
    const tablet = await begun(stage);
    // The page's files are kept as soon as its service worker has them.
    await tablet.page.evaluate(async () => void (await navigator.serviceWorker.ready));
    // What the page knew of the draft was older than the server's: it meets it and goes on.
    tablet.device.expects(409, /\/draft$/);
    await tablet.device.offline(async () => {
      await tablet.field('Remarks').fill('Typed without a network');
      await tablet.says('task.here').waitFor();
      await tablet.page.reload();
      await tablet.signedInAs(zhao);
      await expect.poll(() => tablet.field('Remarks').inputValue()).toBe('Typed without a network');
      expect(await tablet.field('Tool number').inputValue()).toBe('T-21');
    });
    await tablet.says('task.saved').waitFor();
  },
  { apps },
);

story(
  'a photo that is taken without a network goes out when it is back',
  async (stage) => {
    const tablet = await begun(stage);
    const cutting = tablet.group('Cutting edge');
    await tablet.device.offline(async () => {
      await cutting.locator('input[type=file]').setInputFiles(await photo());
      await cutting.getByRole('img').waitFor();
      await cutting.getByText(tablet.word('blob.waiting')).waitFor();
    });
    await cutting.getByText(tablet.word('blob.waiting')).waitFor({ state: 'detached' });
    await tablet.number('Length', '100');
    await tablet.send();
    await tablet.sent(CHECK);
    const [answers] = await completions(stage.server);
    expect(answers).toHaveProperty('cutting_edge');
  },
  { apps },
);

story(
  'the server hangs: the page says so, keeps what is typed, and goes on when it answers',
  async (stage) => {
    const tablet = await begun(stage);
    await tablet.device.whileBroken(async () => {
      stage.server.freeze();
      await tablet.number('Length', '99.98');
      await tablet.says('offline.title').waitFor();
      await tablet.says('task.here').waitFor();
      await tablet.field('Remarks').fill('Typed while it hung');
      stage.server.thaw();
      await tablet.says('task.saved').waitFor();
    });
    await tablet.says('offline.title').waitFor({ state: 'detached' });
    await tablet.send();
    await tablet.sent(CHECK);
    expect(await completions(stage.server)).toEqual([expect.objectContaining({ remarks: 'Typed while it hung' })]);
  },
  { apps },
);

story(
  'the server hangs while a form is being sent: it arrives once',
  async (stage) => {
    const tablet = await begun(stage);
    await tablet.number('Length', '99.98');
    await tablet.says('task.saved').waitFor();
    await tablet.device.whileBroken(async () => {
      stage.server.freeze();
      await tablet.send();
      await tablet.says('outbox.waiting', { n: 1 }).waitFor();
      stage.server.thaw();
      await tablet.says('outbox.waiting', { n: 1 }).waitFor({ state: 'detached' });
    });
    expect(await tablet.says('outbox.open').count()).toBe(0);
    expect(await completions(stage.server)).toHaveLength(1);
  },
  { apps },
);

story(
  'the server is killed and started again while the page is open: nobody signs in again, nothing is lost',
  async (stage) => {
    const tablet = await begun(stage);
    await tablet.number('Length', '100.03');
    await tablet.says('task.saved').waitFor();
    await tablet.device.whileBroken(async () => {
      await stage.server.kill();
      await tablet.field('Remarks').fill('Typed while it was dead');
      await tablet.says('offline.title').waitFor();
      await stage.server.begin();
      await tablet.says('offline.title').waitFor({ state: 'detached' });
      await tablet.says('task.saved').waitFor();
    });
    // What was typed before and meanwhile is there, also on a page that is loaded anew.
    await tablet.page.reload();
    await tablet.signedInAs(zhao);
    await expect.poll(() => tablet.field('Length').inputValue()).toBe('100.03');
    expect(await tablet.field('Tool number').inputValue()).toBe('T-21');
    expect(await tablet.field('Remarks').inputValue()).toBe('Typed while it was dead');
    await tablet.send();
    await tablet.sent(CHECK);
    // Live events go on: what others start appears by itself.
    await tablet.button('next.tasks').click();
    await tablet.says('inbox.empty').waitFor();
    await stage.server.call('POST', '/runs', { app: 'tool_check' });
    await tablet.task(CHECK).waitFor();
    expect(await tablet.says('live.asking').count()).toBe(0);
  },
  { apps },
);
