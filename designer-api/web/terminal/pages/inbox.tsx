import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';

import { post } from '../../core/api';
import { getCached } from '../../core/cached';
import { keptDraft, keptDrafts } from '../../core/drafts';
import { whenChanged } from '../../core/events';
import { say, t } from '../../core/i18n';
import { waiting } from '../../core/outbox';
import { go } from '../../core/route';
import { session } from '../../core/session';
import { appTitle, personName, partyName, placeTitle } from '../../core/site';
import type { Run, Startable, Task } from '../../core/types';
import { now } from '../../core/clock';
import { Due, urgency } from '../../ui/due';
import { Icon } from '../../ui/icons';
import { notifyError } from '../../ui/notices';
import { Said } from '../../ui/said';
import { mineOf } from '../done';
import { loadTasks, tasks, TASKS_MAX } from '../tasks';

/** With more, what can be started is far below them on a phone. */
const FEW = 3;

const startable = signal<Startable[]>([]);

async function loadStartable(): Promise<void> {
  const station = session.value?.station?.id;
  const query = station ? `?station=${encodeURIComponent(station)}` : '';
  startable.value = (await getCached<{ items: Startable[] }>(`/startable${query}`)).items;
}

export function Inbox() {
  useEffect(() => whenChanged((change) => change.kind === 'task' || change.kind === 'run', loadTasks), []);
  // An app that is published just now can be started at once.
  useEffect(() => whenChanged((change) => change.kind === 'app', () => loadStartable().catch(notifyError)), []);
  const queued = new Set(waiting.value.map((form) => form.task));
  const list = tasks.value?.filter((task) => !queued.has(task.id));
  return (
    <div class="page inbox">
      <section aria-labelledby="your-tasks">
        <h1 id="your-tasks">
          {t('inbox.title')}
          {list && list.length > 0 && <span class="count">{list.length + (tasks.value?.length === TASKS_MAX ? '+' : '')}</span>}
          {startable.value.length > 0 && list && list.length > FEW && (
            <button type="button" class="button to-starts" onClick={() => document.getElementById('start-something')?.scrollIntoView()}>
              <Icon name="play" size={22} />
              {t('inbox.start')}
            </button>
          )}
        </h1>
        {list === undefined ? (
          <p class="loading">{t('loading')}</p>
        ) : list.length === 0 ? (
          <div class="empty">
            <Icon name="ok" size={64} />
            <p>
              <strong>{t('inbox.empty')}</strong>
            </p>
            <p>{t('inbox.empty_hint')}</p>
          </div>
        ) : (
          <ul class="tasks">
            {list.map((task) => (
              <TaskCard key={task.id} task={task} />
            ))}
          </ul>
        )}
        {list !== undefined && <KeptHere open={new Set([...list.map((task) => task.id), ...queued])} />}
      </section>
      {startable.value.length > 0 && (
        <section aria-labelledby="start-something" class="starts">
          <h2 id="start-something">{t('inbox.start')}</h2>
          <ul>
            {startable.value.map((app) => (
              <li key={app.app}>
                <StartButton app={app} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** What was typed into tasks that are gone since: their person decides what becomes of it. */
function KeptHere({ open }: { open: Set<string> }) {
  const left = keptDrafts(session.value?.person.id ?? '').filter((draft) => !open.has(draft.task));
  if (left.length === 0) return null;
  return (
    <div class="kept-here">
      <h2>{t('inbox.kept')}</h2>
      <ul>
        {left.map((draft) => (
          <li key={draft.task}>
            <a class="button wide" href={`/tasks/${draft.task}`}>
              <Icon name="saved" size={26} />
              {draft.title}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function TaskCard({ task }: { task: Task }) {
  const me = session.value?.person.id;
  const how = task.late ? 'late' : urgency(task.due_at, task.opened_at, now.value);
  const others = task.reserved_by !== null && task.reserved_by !== me;
  return (
    <li>
      <a class={`task task-${how}${others ? ' task-others' : ''}`} href={`/tasks/${task.id}`}>
        <span class="task-app">{appTitle(task.app)}</span>
        <span class="task-title">
          {task.title}
          {task.round > 1 && <span class="round">{t('inbox.round', { n: task.round })}</span>}
        </span>
        {task.show.length > 0 && (
          <span class="task-show">
            {task.show.slice(0, 3).map(({ label, value }) => (
              <span key={label}>
                {label} <strong>
                  <Said value={value} />
                </strong>
              </span>
            ))}
          </span>
        )}
        <span class="task-foot">
          <Due due={task.due_at} opened={task.opened_at} />
          {task.reserved_by && (
            <span class="tag">
              <Icon name="person" size={18} />
              {others ? t('inbox.reserved', { person: personName(task.reserved_by) }) : t('inbox.reserved_me')}
            </span>
          )}
          {!task.reserved_by && keptDraft(task.id, me ?? '') && <span class="tag">{t('inbox.draft')}</span>}
          {!task.reserved_by && (
            <span class="tag plain">
              <Icon name={task.at.length > 0 ? 'station' : 'people'} size={18} />
              {task.at.length > 0 ? task.at.map(placeTitle).join(', ') : partyName(task.to)}
            </span>
          )}
        </span>
        <Icon name="next" size={32} />
      </a>
    </li>
  );
}

function StartButton({ app }: { app: Startable }) {
  const [busy, setBusy] = useState(false);
  const start = async () => {
    if (app.inputs.length > 0) return go(`/start/${encodeURIComponent(app.app)}`);
    setBusy(true);
    try {
      const station = session.value?.station?.id;
      const body = { app: app.app, from_button: true, inputs: {}, ...(station ? { station } : {}) };
      const run = await post<Run>('/runs', body);
      const own = mineOf(run, session.value?.person.id);
      go(own ? `/tasks/${own.id}` : `/runs/${run.id}`);
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" class="button start" disabled={busy} onClick={() => void start()}>
      <Icon name="play" size={26} />
      {say(app.title)}
    </button>
  );
}
