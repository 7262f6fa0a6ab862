import { useEffect, useRef } from 'preact/hooks';

import { t } from '../core/i18n';
import { go } from '../core/route';
import { session } from '../core/session';
import { partyName, placeTitle } from '../core/site';
import { Due } from '../ui/due';
import { Icon } from '../ui/icons';
import { mineOf, type Done } from './done';
import { WaitingList } from './waiting-list';

/** After a form: that it arrived, and what happens next. */
export function Next({ done }: { done: Done }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { run, title } = done;
  const mine = mineOf(run, session.value?.person.id);
  const others = run.waiting_for.filter((wait) => wait.for !== 'task');
  return (
    <div class="page narrow next">
      <p class="done">
        <Icon name="ok" size={64} />
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {t(done.started ? 'next.started' : 'next.sent', { title })}
      </h1>
      <h2>{t('next.title')}</h2>
      {run.status === 'finished' && <p>{run.outcome ?? t('next.finished')}</p>}
      {(run.status === 'failed' || run.status === 'cancelled') && <p>{run.outcome ?? t('next.failed')}</p>}
      <ul class="next-list">
        {run.tasks.map((task) => (
          <li key={task.id}>
            <Icon name="person" size={24} />
            <span>
              {t('next.task', { title: task.title, to: partyName(task.to) })}
              {task.at.length > 0 && <span class="optional">{task.at.map(placeTitle).join(', ')}</span>}
            </span>
            <Due due={task.due_at} opened={task.opened_at} />
          </li>
        ))}
      </ul>
      {others.length > 0 && <WaitingList run={run} waits={others} />}
      {mine && (
        <>
          <p>{t('next.yours')}</p>
          <button type="button" class="button primary wide" onClick={() => go(`/tasks/${mine.id}`)}>
            {t('next.do')}
          </button>
        </>
      )}
      <button type="button" class={`button wide${mine ? '' : ' primary'}`} onClick={() => go('/')}>
        {t('next.tasks')}
      </button>
      <button type="button" class="button quiet wide" onClick={() => go(`/runs/${run.id}`)}>
        {t('next.run')}
      </button>
    </div>
  );
}
