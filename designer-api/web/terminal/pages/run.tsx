import { useEffect, useState } from 'preact/hooks';

import { get, post, Refused } from '../../core/api';
import { now } from '../../core/clock';
import { whenChanged } from '../../core/events';
import { moment, t } from '../../core/i18n';
import { may, session } from '../../core/session';
import { appTitle, personName, placeTitle, site } from '../../core/site';
import type { Entry, List, Run } from '../../core/types';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icons';
import { notifyError, words } from '../../ui/notices';
import { useOutline } from '../outline';
import { StatusBadge } from '../status';
import { Timeline } from '../timeline/timeline';
import { WaitingList } from '../waiting-list';
import { mineOf } from '../done';
import '../words';

/** A run: what it waits for, who can move it, and what happened. */
export function RunPage({ id }: { id: string }) {
  const [run, setRun] = useState<Run | undefined>(undefined);
  const [entries, setEntries] = useState<Entry[]>([]);
  const [problem, setProblem] = useState<unknown>(undefined);
  const load = async () => {
    try {
      const found = await get<Run>(`/runs/${id}`);
      setEntries(await wholeTimeline(id));
      setRun(found);
      setProblem(undefined);
    } catch (error) {
      setProblem(error);
    }
  };
  useEffect(() => whenChanged((change) => change.run === id, load), [id]);
  const outline = useOutline(run?.app, run?.app_version);
  if (!run) {
    const gone = problem instanceof Refused && problem.problem.status === 404;
    return <p class="empty">{problem === undefined ? t('loading') : gone ? t('error.gone') : words(problem)}</p>;
  }
  const mine = mineOf(run, session.value?.person.id);
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
        <section aria-labelledby="waits">
          <h2 id="waits">{t('run.waits')}</h2>
          {run.waiting_for.length > 0 ? (
            <WaitingList run={run} waits={run.waiting_for} />
          ) : (
            <p>{t('run.nobody_waits')}</p>
          )}
          {mine && (
            <a class="button primary wide" href={`/tasks/${mine.id}`}>
              {t('next.do')}
            </a>
          )}
          <a class="button wide" href={`/runs/${run.id}/record`}>
            <Icon name="table" size={26} />
            {t('run.record')}
          </a>
          {may('supervise') && <Moves run={run} reload={load} />}
        </section>
        <section aria-labelledby="timeline">
          <h2 id="timeline">{t('run.timeline')}</h2>
          <Timeline entries={entries} outline={outline} />
        </section>
      </div>
    </div>
  );
}

export async function wholeTimeline(run: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  let after: string | null = '0';
  while (after !== null) {
    const page: List<Entry> = await get<List<Entry>>(`/runs/${run}/timeline?after=${after}&limit=500`);
    entries.push(...page.items);
    after = page.next;
  }
  return entries;
}

function Moves({ run, reload }: { run: Run; reload(): Promise<void> }) {
  const [asking, setAsking] = useState(false);
  const [why, setWhy] = useState('');
  const change = async (path: string, body: object) => {
    try {
      await post(`/runs/${run.id}/${path}`, body);
      setAsking(false);
      await reload();
    } catch (error) {
      notifyError(error);
    }
  };
  const open = run.status === 'waiting' || run.status === 'stopped';
  return (
    <>
      {run.status === 'stopped' && (
        <button type="button" class="button wide" onClick={() => void change('retry', {})}>
          {t('run.retry')}
        </button>
      )}
      {open && (
        <button type="button" class="button quiet wide" onClick={() => setAsking(true)}>
          {t('run.cancel')}
        </button>
      )}
      {asking && (
        <Dialog title={t('run.cancel')} onClose={() => setAsking(false)}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void change('cancel', { why });
            }}
          >
            <label class="stacked">
              {t('run.cancel_why')}
              <textarea required rows={3} value={why} onInput={(event) => setWhy(event.currentTarget.value)} />
            </label>
            <button type="submit" class="button danger wide" disabled={!why.trim()}>
              {t('run.cancel_do')}
            </button>
            <button type="button" class="button wide" onClick={() => setAsking(false)}>
              {t('cancel')}
            </button>
          </form>
        </Dialog>
      )}
    </>
  );
}
