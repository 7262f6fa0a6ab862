import { useEffect, useState } from 'preact/hooks';

import { get } from '../../core/api';
import { now } from '../../core/clock';
import { whenChanged } from '../../core/events';
import { moment, t } from '../../core/i18n';
import { replace, route } from '../../core/route';
import { appTitle, apps, personName, placeTitle, site } from '../../core/site';
import type { List, Run, Status } from '../../core/types';
import { Icon } from '../../ui/icons';
import { notifyError } from '../../ui/notices';
import { StatusBadge } from '../status';
import '../words';

const STATUSES: Status[] = ['waiting', 'stopped', 'finished', 'failed', 'cancelled'];
const FILTERS = ['app', 'status', 'station'] as const;
const PAGE = 50;

/** Runs, newest first. The filters are in the address, so that a link shows the same list. */
export function Runs() {
  const [runs, setRuns] = useState<Run[] | undefined>(undefined);
  const [next, setNext] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = route.value.query.get(name);
    if (value) query.set(name, value);
  }
  const filter = query.toString();
  const load = async (after?: string) => {
    const asked = new URLSearchParams(query);
    asked.set('limit', String(PAGE));
    if (after) asked.set('after', after);
    try {
      const page = await get<List<Run>>(`/runs?${asked}`);
      setRuns((old) => (after ? [...(old ?? []), ...page.items] : page.items));
      setNext(page.next);
    } catch (error) {
      notifyError(error);
    }
  };
  useEffect(() => whenChanged((change) => change.kind === 'run', () => load()), [filter]);
  const choose = (name: string, value: string) => {
    if (value) query.set(name, value);
    else query.delete(name);
    replace(`/runs${query.size > 0 ? `?${query}` : ''}`);
  };
  const stations = site.value.equipment.filter((place) => place.level === 'station');
  const found = runs?.filter((run) => matches(run, search));
  return (
    <div class="page">
      <h1>{t('runs.title')}</h1>
      <search class="filters">
        <label class="stacked grow">
          {t('runs.search')}
          <input type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
        </label>
        <Select
          label={t('runs.app')}
          value={query.get('app') ?? ''}
          options={apps.value.map((app) => [app.id, app.title])}
          set={(value) => choose('app', value)}
        />
        <Select
          label={t('runs.status')}
          value={query.get('status') ?? ''}
          options={STATUSES.map((status) => [status, t(`status.${status}`)])}
          set={(value) => choose('status', value)}
        />
        <Select
          label={t('runs.station')}
          value={query.get('station') ?? ''}
          options={stations.map((place) => [place.id, place.title])}
          set={(value) => choose('station', value)}
        />
      </search>
      {found === undefined ? (
        <p class="loading">{t('loading')}</p>
      ) : found.length === 0 ? (
        <p class="empty">{t('runs.empty')}</p>
      ) : (
        <ul class="run-list">
          {found.map((run) => (
            <li key={run.id}>
              <a class="run-line" href={`/runs/${run.id}`}>
                <StatusBadge status={run.status} />
                <span class="run-name">
                  <strong>{appTitle(run.app)}</strong>
                  {run.outcome && <span class="optional">{run.outcome}</span>}
                </span>
                <span class="run-facts">
                  <span>{moment(run.started_at, site.value.time_zone, now.peek())}</span>
                  <span>{t('runs.started', { person: personName(run.started_by) })}</span>
                  {run.station && <span>{placeTitle(run.station)}</span>}
                </span>
                <Icon name="next" size={26} />
              </a>
            </li>
          ))}
        </ul>
      )}
      {next !== null && (
        <button type="button" class="button wide" onClick={() => void load(next)}>
          {t('more')}
        </button>
      )}
    </div>
  );
}

/** Among the runs that are shown. */
function matches(run: Run, search: string): boolean {
  const words = search.trim().toLowerCase();
  if (!words) return true;
  const texts = [appTitle(run.app), run.outcome, personName(run.started_by), run.started_by, run.station, run.id];
  return texts.some((text) => text?.toLowerCase().includes(words));
}

interface SelectProps {
  label: string;
  value: string;
  options: [string, string][];
  set(value: string): void;
}

function Select({ label, value, options, set }: SelectProps) {
  return (
    <label class="stacked">
      {label}
      <select value={value} onChange={(event) => set(event.currentTarget.value)}>
        <option value="">{t('runs.all')}</option>
        {options.map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
