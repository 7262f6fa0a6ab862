import { useEffect, useState } from 'preact/hooks';

import { get, post, Refused } from '../../core/api';
import { now } from '../../core/clock';
import { whenChanged } from '../../core/events';
import { duration, moment, t } from '../../core/i18n';
import { may, session } from '../../core/session';
import { appTitle, personName, placeTitle, site } from '../../core/site';
import type { Entry, Hold, List, Run } from '../../core/types';
import { Icon } from '../../ui/icons';
import { notifyError, words } from '../../ui/notices';
import { mineOf } from '../done';
import { useOutline } from '../outline';
import { Reason } from '../reason';
import { StatusBadge } from '../status';
import { Timeline } from '../timeline/timeline';
import { WaitingList } from '../waiting-list';
import './runs.css';
import '../words';

interface Known {
  run: Run;
  entries: Entry[];
  holds: Hold[];
}

/** A run: what it waits for, who can move it, and what happened. */
export function RunPage({ id }: { id: string }) {
  const [known, setKnown] = useState<Known | undefined>(undefined);
  const [problem, setProblem] = useState<unknown>(undefined);
  const [reload, setReload] = useState<() => void>(() => () => undefined);
  useEffect(() => {
    let entries: Entry[] = [];
    const load = async () => {
      try {
        const [run, holds] = await Promise.all([get<Run>(`/runs/${id}`), get<List<Hold>>('/holds')]);
        const more = await timelineAfter(id, entries.at(-1)?.seq ?? 0);
        // Two loads may have asked for the same.
        entries = [...entries, ...more.filter((entry) => entry.seq > (entries.at(-1)?.seq ?? 0))];
        setKnown({ run, entries, holds: holds.items.filter((hold) => hold.run === id) });
        setProblem(undefined);
      } catch (error) {
        setProblem(error);
      }
    };
    setReload(() => () => void load());
    return whenChanged((change) => change.run === id, load);
  }, [id]);
  const outline = useOutline(known?.run.app, known?.run.app_version);
  if (!known) {
    const gone = problem instanceof Refused && problem.problem.status === 404;
    return <p class="empty">{problem === undefined ? t('loading') : gone ? t('error.gone') : words(problem)}</p>;
  }
  const { run, entries, holds } = known;
  return (
    <div class="page">
      <header class="form-head">
        <a class="button square quiet" href="/runs" aria-label={t('back')}>
          <Icon name="back" size={32} />
        </a>
        <div>
          <p class="above">
            {moment(run.started_at, site.value.time_zone, now.peek())} ·{' '}
            {t('runs.started', { person: personName(run.started_by) })}
            {run.station && ` · ${placeTitle(run.station)}`}
          </p>
          <h1>{appTitle(run.app)}</h1>
        </div>
        <StatusBadge status={run.status} />
      </header>
      {run.outcome && <p class="outcome">{run.outcome}</p>}
      <div class="columns">
        <div class="run-side">
          <Waits run={run} />
          {holds.length > 0 && <Holds holds={holds} reload={reload} />}
          {may('supervise') && <Moves run={run} reload={reload} />}
          <p class="run-id">
            {t('record.app_version', { n: run.app_version })} · {t('record.run')} <code>{run.id}</code>
          </p>
        </div>
        <section aria-labelledby="timeline">
          <h2 id="timeline">{t('run.timeline')}</h2>
          <Timeline entries={entries} outline={outline} />
        </section>
      </div>
    </div>
  );
}

function Waits({ run }: { run: Run }) {
  const mine = mineOf(run, session.value?.person.id);
  const others = may('supervise') && !mine ? run.tasks : [];
  return (
    <section aria-labelledby="waits">
      <h2 id="waits">{t('run.waits')}</h2>
      {run.waiting_for.length > 0 ? <WaitingList run={run} waits={run.waiting_for} /> : <p>{t('run.nobody_waits')}</p>}
      {mine && (
        <a class="button primary wide" href={`/tasks/${mine.id}`}>
          {t('next.do')}
        </a>
      )}
      {others.map((task) => (
        <a key={task.id} class="button wide" href={`/tasks/${task.id}`}>
          {t('run.open_task', { title: task.title })}
        </a>
      ))}
      <a class="button wide" href={`/runs/${run.id}/record`}>
        <Icon name="table" size={26} />
        {t('run.record')}
      </a>
    </section>
  );
}

function Holds({ holds, reload }: { holds: Hold[]; reload(): void }) {
  const [freeing, setFreeing] = useState<Hold | undefined>(undefined);
  return (
    <section aria-labelledby="holds">
      <h2 id="holds">{t('floor.holds')}</h2>
      {holds.map((hold) => (
        <div key={hold.target} class="run-hold">
          <p>
            <Icon name="hold" size={24} />
            <strong>{placeTitle(hold.target)}</strong>
            <span>{duration(now.value - Date.parse(hold.since))}</span>
          </p>
          <p>{hold.why}</p>
          {may('supervise') && (
            <button type="button" class="button wide" onClick={() => setFreeing(hold)}>
              {t('run.free')}
            </button>
          )}
        </div>
      ))}
      {freeing && (
        <Reason
          title={t('run.free_title', { target: placeTitle(freeing.target) })}
          text={t('run.free_text')}
          doLabel={t('run.free_do')}
          act={(why) => post(`/holds/${encodeURIComponent(freeing.target)}/release`, { run: freeing.run, why })}
          onDone={() => (setFreeing(undefined), reload())}
          onClose={() => setFreeing(undefined)}
        />
      )}
    </section>
  );
}

/** For those who supervise: what a worker cannot do. */
function Moves({ run, reload }: { run: Run; reload(): void }) {
  const [cancelling, setCancelling] = useState(false);
  if (run.status !== 'waiting' && run.status !== 'stopped') return null;
  return (
    <section aria-labelledby="moves">
      <h2 id="moves">{t('run.moves')}</h2>
      {run.status === 'stopped' && (
        <button type="button" class="button wide" onClick={() => void post(`/runs/${run.id}/retry`, {}).then(reload, notifyError)}>
          {t('run.retry')}
        </button>
      )}
      <button type="button" class="button danger wide" onClick={() => setCancelling(true)}>
        {t('run.cancel')}
      </button>
      {cancelling && (
        <Reason
          title={t('run.cancel')}
          text={t('run.cancel_text')}
          doLabel={t('run.cancel_do')}
          act={(why) => post(`/runs/${run.id}/cancel`, { why })}
          onDone={() => (setCancelling(false), reload())}
          onClose={() => setCancelling(false)}
        />
      )}
    </section>
  );
}

/** All entries behind `seq`. */
export async function timelineAfter(run: string, seq: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  let after: string | null = String(seq);
  while (after !== null) {
    const page: List<Entry> = await get<List<Entry>>(`/runs/${run}/timeline?after=${after}&limit=500`);
    entries.push(...page.items);
    after = page.next;
  }
  return entries;
}
