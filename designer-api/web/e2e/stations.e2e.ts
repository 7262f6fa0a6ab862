/** People at several stations: each sees what the others do, without loading anything again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

import { arrive, enrol, enter, li, wang, zhao, type Someone } from './support/people';
import { story, type Stage } from './support/stage';
import type { Terminal } from './support/terminal';

const toolCheck = readFileSync(join(import.meta.dirname, 'apps/tool-check.yaml'), 'utf8');
const apps = { 'tool-check.yaml': toolCheck };
const CHECK = 'Check the tool';

/** A tablet at a station with somebody at it. */
async function at(stage: Stage, station: string, person: Someone): Promise<Terminal> {
  const terminal = await stage.terminal(station);
  await enrol(terminal.device, stage.server, station);
  await enter(terminal.device, person);
  await terminal.signedInAs(person);
  return terminal;
}

story(
  'two people at two stations see what the other does',
  async (stage) => {
    await arrive(stage.server, zhao, wang, li);
    const qc1 = await at(stage, 'qc-1', zhao);
    const qc2 = await at(stage, 'qc-2', wang);
    await qc2.says('inbox.empty').waitFor();

    // One starts, the other's list has it.
    await qc1.press('Tool check');
    await qc1.heading(CHECK).waitFor();
    await qc2.task(CHECK).waitFor();
    // One begins, the other sees who.
    await qc1.field('Tool number').fill('T-12');
    await qc2.says('inbox.reserved', { person: zhao.name }).waitFor();
    await qc2.openTask(CHECK);
    await qc2.says('task.reserved', { person: zhao.name }).waitFor();
    // One leaves it to others, the other goes on where it was left.
    await qc1.button('task.give_back').click();
    await qc2.says('task.reserved', { person: zhao.name }).waitFor({ state: 'detached' });
    await qc2.go('/');
    await qc2.openTask(CHECK);
    expect(await qc2.field('Tool number').inputValue()).toBe('T-12');
    await qc2.number('Length', '100.01');
    await qc1.says('inbox.reserved', { person: wang.name }).waitFor();
    await qc2.send();
    await qc2.sent(CHECK);
    await qc1.says('inbox.empty').waitFor();
  },
  { apps },
);

story(
  'a form that somebody else has sent is closed on the other tablet, in words',
  async (stage) => {
    await arrive(stage.server, zhao, wang);
    const qc1 = await at(stage, 'qc-1', zhao);
    const qc2 = await at(stage, 'qc-2', wang);
    await qc1.press('Tool check');
    await qc2.openTask(CHECK);
    await qc1.field('Tool number').fill('T-13');
    await qc1.number('Length', '100');
    await qc1.send();
    await qc1.sent(CHECK);
    await qc2.says('task.gone').waitFor();
  },
  { apps },
);

story(
  'a team leader takes a task over from someone who is at it, with what was typed',
  async (stage) => {
    await arrive(stage.server, zhao, li);
    const qc1 = await at(stage, 'qc-1', zhao);
    const qc2 = await at(stage, 'qc-2', li);
    await qc1.press('Tool check');
    await qc1.field('Tool number').fill('T-14');
    await qc1.says('task.saved').waitFor();
    await qc2.openTask(CHECK);
    await qc2.button('task.take_over').click();
    await expect.poll(() => qc2.field('Tool number').inputValue()).toBe('T-14');
    // Whoever had it is told.
    await qc1.says('task.reserved', { person: li.name }).waitFor();
    await qc2.number('Length', '99.9');
    await qc2.send();
    await qc2.sent(CHECK);
  },
  { apps },
);
