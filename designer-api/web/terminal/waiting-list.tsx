import { now } from '../core/clock';
import { moment, t } from '../core/i18n';
import { appTitle, partyName, people, personName, placeTitle, site } from '../core/site';
import type { Party, Run, Task, Waiting } from '../core/types';
import { Due } from '../ui/due';
import { Icon, type IconName } from '../ui/icons';
import { stepTitle, useOutline } from './outline';
import './words';

const ICONS: Record<Waiting['for'], IconName> = {
  task: 'person',
  time: 'clock',
  message: 'message',
  call: 'run',
  ask: 'message',
  retry: 'clock',
  rest: 'run',
  turn: 'hold',
  while: 'clock',
  repair: 'late',
  held_back: 'hold',
};

/** What a run waits for, and who can move it. */
export function WaitingList({ run, waits }: { run: Run; waits: Waiting[] }) {
  const outline = useOutline(run.app, run.app_version);
  return (
    <ul class="next-list">
      {waits.map((wait) => {
        const task = wait.for === 'task' ? run.tasks.find((one) => one.task === wait.task) : undefined;
        return (
          <li key={wait.for === 'task' ? wait.task : `${wait.for}-${wait.step ?? ''}`}>
            <Icon name={ICONS[wait.for]} size={24} />
            <span>
              {task?.title ?? what(wait, wait.step === undefined ? '' : stepTitle(outline, wait.step))}
              <Movers wait={wait} task={task} />
            </span>
            {task && <Due due={task.due_at} opened={task.opened_at} />}
          </li>
        );
      })}
    </ul>
  );
}

function what(wait: Waiting, title: string): string {
  switch (wait.for) {
    case 'task':
      return title;
    case 'time':
      return t('run.wait.time', { title, until: moment(wait.until, site.value.time_zone, now.value) });
    case 'message':
      return t('run.wait.message', { title, name: wait.name });
    case 'call':
      return t('run.wait.call', { title, app: appTitle(wait.app) });
    case 'ask':
      return t('run.wait.ask', { title, attempt: wait.attempt });
    case 'retry':
      return t('run.wait.retry', {
        title,
        message: wait.message,
        until: moment(wait.until, site.value.time_zone, now.value),
      });
    case 'rest':
      return t('run.wait.rest', { title });
    case 'while':
      return t('run.wait.while', { title });
    case 'turn':
      return t('run.wait.turn', { title, name: wait.name });
    case 'repair':
      return t('run.wait.repair', { title, message: wait.message });
    case 'held_back':
      return t('run.wait.held_back');
  }
}

function Movers({ wait, task }: { wait: Waiting; task: Task | undefined }) {
  if (wait.for !== 'task') return <span class="optional">{byWhat(wait)}</span>;
  const to = task?.to ?? wait.to;
  const able = whoCan(to, task?.not_by ?? []);
  return (
    <>
      <span class="optional">
        {partyName(to)}
        {able.known && `: ${named(able.names)}`}
        {task && task.at.length > 0 && ` · ${t('run.at', { places: task.at.map(placeTitle).join(', ') })}`}
      </span>
      {able.known && able.names.length === 0 && <span class="refused-line">{t('run.nobody_can')}</span>}
      {task?.reserved_by && <span class="optional">{t('inbox.reserved', { person: personName(task.reserved_by) })}</span>}
    </>
  );
}

function byWhat(wait: Exclude<Waiting, { for: 'task' }>): string {
  switch (wait.for) {
    case 'time':
    case 'retry':
      return t('run.by_time');
    case 'rest':
    case 'turn':
    case 'while':
      return t('run.by_branch');
    case 'message':
    case 'call':
    case 'ask':
      return t('run.by_message');
    case 'repair':
    case 'held_back':
      return t('run.by_supervisor');
  }
}

/** Names at most; the others are counted. */
const NAMES_MAX = 6;

function named(names: string[]): string {
  if (names.length === 0) return '–';
  const shown = names.slice(0, NAMES_MAX).join(', ');
  return names.length > NAMES_MAX ? `${shown} ${t('run.and_more', { n: names.length - NAMES_MAX })}` : shown;
}

/** The people who have the role and did not do what a second person has to check. */
export function whoCan(to: Party, notBy: string[]): { known: boolean; names: string[] } {
  if (to === 'everyone' || 'station' in to || 'person' in to) return { known: false, names: [] };
  if (people.value.length === 0) return { known: false, names: [] };
  const able = people.value.filter(
    (person) => person.active !== false && person.roles.includes(to.role) && !notBy.includes(person.id),
  );
  return { known: true, names: able.map((person) => person.name) };
}
