import { now } from '../core/clock';
import { moment, t } from '../core/i18n';
import { appTitle, partyName, site } from '../core/site';
import type { Run, Waiting } from '../core/types';
import { Icon, type IconName } from '../ui/icons';
import { stepTitle, useOutline } from './outline';
import './words';

const ICONS: Record<Waiting['for'], IconName> = {
  task: 'person',
  time: 'clock',
  message: 'message',
  call: 'run',
  repair: 'late',
};

/** What a run waits for, and who can move it. */
export function WaitingList({ run, waits }: { run: Run; waits: Waiting[] }) {
  const outline = useOutline(run.app, run.app_version);
  return (
    <ul class="next-list">
      {waits.map((wait) => (
        <li key={`${wait.for}-${wait.step}`}>
          <Icon name={ICONS[wait.for]} size={24} />
          <span>
            {what(run, wait, stepTitle(outline, wait.step))}
            <span class="optional">{mover(wait)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function what(run: Run, wait: Waiting, title: string): string {
  switch (wait.for) {
    case 'task':
      return run.tasks.find((task) => task.task === wait.task)?.title ?? title;
    case 'time':
      return t('run.wait.time', { title, until: moment(wait.until, site.value.time_zone, now.value) });
    case 'message':
      return t('run.wait.message', { title, name: wait.name });
    case 'call':
      return t('run.wait.call', { title, app: appTitle(wait.app) });
    case 'repair':
      return t('run.wait.repair', { title, message: wait.message });
  }
}

function mover(wait: Waiting): string {
  switch (wait.for) {
    case 'task':
      return partyName(wait.to);
    case 'time':
      return t('run.by_time');
    case 'message':
    case 'call':
      return t('run.by_message');
    case 'repair':
      return t('run.by_admin');
  }
}
