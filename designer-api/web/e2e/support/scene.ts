/** A site in the middle of a shift: for looking at every page with something on it. */
import { arrive, chen, li, wang, zhao } from './people';
import type { Server } from './server';

interface Run {
  id: string;
  tasks: { id: string; title: string }[];
}

export interface Scene {
  /** Finished, with a second round and a signature. */
  finished: string;
  /** Waits for somebody, late. */
  late: string;
  /** The task with every kind of field. */
  every: string;
  /** A task that waits for a signature, another one each time: what is ticked in one page is seen in all others. */
  release(): Promise<string>;
}

/** Of the first-piece inspection whose forms are late after two seconds. */
export async function shift(server: Server): Promise<Scene> {
  // Whoever looks at all pages sees tasks on them.
  await arrive(server, zhao, wang, li, { ...chen, roles: ['operator', 'team_leader', 'inspector'] });
  const start = (app: string, station: string, inputs: object) => server.call<Run>('POST', '/runs', { app, station, inputs });
  const answer = (run: Run, person: string, answers: object) =>
    server.call<Run>('POST', `/tasks/${run.tasks[0]?.id}/complete`, { answers }, person);
  const measured = (serial: string, samples: number[]) => ({
    serial_number: serial,
    micrometer: 'MIC-7',
    shaft_diameter: samples,
    surface: 'pass',
  });

  const task = (of: Run) => of.tasks[0]?.id ?? '';

  let run = await start('first_piece_inspection', 'qc-1', { order: 'WO-4711' });
  run = await answer(run, 'zhao', measured('SN-0001', [25.001, 25.062, 25.003]));
  run = await answer(run, 'zhao', measured('SN-0002', [25.001, 25.004, 25.003]));
  await answer(run, 'wang', { the_piece_is_marked_and_kept_as_reference: true });
  const late = await start('first_piece_inspection', 'qc-2', { order: 'WO-4712' });
  await start('andon_call', 'op-10', { kind: 'Machine', stop: true, words: 'Feeder is empty' });
  const release = async () => {
    const begun = await start('first_piece_inspection', 'qc-1', { order: 'WO-4714' });
    return task(await answer(begun, 'zhao', measured('SN-0003', [25, 25.001, 25.002])));
  };
  const every = await start('every_kind_of_field', 'qc-1', { order: 'WO-4713' });
  return { finished: run.id, late: late.id, every: task(every), release };
}
