import { useEffect, useRef, useState } from 'preact/hooks';

import { get, Refused } from '../../core/api';
import { now } from '../../core/clock';
import { whenChanged } from '../../core/events';
import { moment, t } from '../../core/i18n';
import { replace, route } from '../../core/route';
import { appTitle, apps, personName, placeTitle, site } from '../../core/site';
import type { List, Run, Status } from '../../core/types';
import { Icon } from '../../ui/icons';
import { notifyError } from '../../ui/notices';
import { StatusBadge } from '../status';
import './runs.css';
import '../words';

const STATUSES: Status[] = ['waiting', 'stopped', 'finished', 'failed', 'cancelled'];
const FILTERS = ['q', 'app', 'status', 'station'] as const;
type Filter = (typeof FILTERS)[number];
const PAGE = 50;
/** As many as the server gives at once. */
const SHOWN_AT_ONCE_MAX = 1000;
/** A search begins when nothing was typed for as long. */
const TYPED_MS = 300;
/** A busy site changes all the time: the list is loaded anew so often at most. */
const PAUSE_MS = 1000;

/** Runs, newest first. Search and filters are in the address, so that a reload or a link shows the same list. */
export function Runs() {
  const [runs, setRuns] = useState<Run[] | undefined>(undefined);
  const [next, setNext] = useState<string | null>(null);
  const shown = useRef(PAGE);
  const chosen = filters();
  const asked = chosen.toString();
  const load = async () => {
    try {
      const found = await newest(chosen, shown.current);
      setRuns(found.items);
      setNext(found.next);
    } catch (error) {
      notifyError(error);
      // A link may ask for what this server does not know: nothing is like that.
      if (error instanceof Refused) setRuns((known) => known ?? []);
    }
  };
  useEffect(() => {
    shown.current = PAGE;
    return whenChanged(
      (change) => change.kind === 'run',
      async () => {
        await load();
        await new Promise((done) => setTimeout(done, PAUSE_MS));
      },
    );
  }, [asked]);
  const more = () => {
    shown.current = Math.min(shown.current + PAGE, SHOWN_AT_ONCE_MAX);
    void load();
  };
  return (
    <div class="page">
      <h1>{t('runs.title')}</h1>
      <Filters chosen={chosen} />
      <p class="run-count" role="status">
        {runs && t(next === null ? 'runs.count' : 'runs.count_more', { n: runs.length })}
        {asked !== '' && (
          <button type="button" class="button quiet" onClick={() => replace('/runs')}>
            {t('runs.clear')}
          </button>
        )}
      </p>
      {runs === undefined ? (
        <p class="loading">{t('loading')}</p>
      ) : runs.length === 0 ? (
        <p class="empty">{t(asked === '' ? 'runs.none' : 'runs.empty')}</p>
      ) : (
        <ul class="run-list">
          {runs.map((run) => (
            <Line key={run.id} run={run} />
          ))}
        </ul>
      )}
      {next !== null && shown.current < SHOWN_AT_ONCE_MAX && (
        <button type="button" class="button wide" onClick={more}>
          {t('more')}
        </button>
      )}
      {next !== null && shown.current >= SHOWN_AT_ONCE_MAX && <p class="optional">{t('runs.narrow')}</p>}
    </div>
  );
}

/** A search looks at so many runs at once and may find few among them: it is asked to go on, so often at most. */
const LOOKS_MAX = 10;

async function newest(chosen: URLSearchParams, wanted: number): Promise<List<Run>> {
  const found: List<Run> = { items: [], next: null };
  for (let looks = 0; looks < (LOOKS_MAX * wanted) / PAGE; looks++) {
    const query = new URLSearchParams([...chosen, ['limit', String(wanted - found.items.length)]]);
    if (found.next !== null) query.set('after', found.next);
    const page = await get<List<Run>>(`/runs?${query}`);
    found.items.push(...page.items);
    found.next = page.next;
    if (page.next === null || found.items.length >= wanted) break;
  }
  return found;
}

/** What the address asks for, without anything that the server does not know. */
function filters(): URLSearchParams {
  const chosen = new URLSearchParams();
  for (const name of FILTERS) {
    const value = route.value.query.get(name)?.trim();
    if (value) chosen.set(name, value);
  }
  return chosen;
}

function Line({ run }: { run: Run }) {
  return (
    <li>
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
          <code>{run.id.slice(0, SHORT_ID)}</code>
        </span>
        <Icon name="next" size={26} />
      </a>
    </li>
  );
}

/** The moment to the millisecond is in the first of them: enough to tell runs apart, and the search finds it. */
const SHORT_ID = 13;

function Filters({ chosen }: { chosen: URLSearchParams }) {
  const choose = (name: Filter, value: string) => {
    const query = filters();
    if (value.trim()) query.set(name, value.trim());
    else query.delete(name);
    replace(`/runs${query.size > 0 ? `?${query}` : ''}`);
  };
  const stations = site.value.equipment.filter((place) => place.level === 'station');
  return (
    <search class="filters">
      <Search value={chosen.get('q') ?? ''} set={(value) => choose('q', value)} />
      <Select
        label={t('runs.app')}
        value={chosen.get('app') ?? ''}
        options={apps.value.map((app) => [app.id, app.title])}
        set={(value) => choose('app', value)}
      />
      <Select
        label={t('runs.status')}
        value={chosen.get('status') ?? ''}
        options={STATUSES.map((status) => [status, t(`status.${status}`)])}
        set={(value) => choose('status', value)}
      />
      <Select
        label={t('runs.station')}
        value={chosen.get('station') ?? ''}
        options={stations.map((place) => [place.id, place.title])}
        set={(value) => choose('station', value)}
      />
    </search>
  );
}

/** Characters that the server takes. */
const SEARCH_CHARACTERS_MAX = 200;

function Search({ value, set }: { value: string; set(value: string): void }) {
  const [typed, setTyped] = useState(value);
  const asked = useRef(value);
  // The address changed by something else than typing here: a link, the back button, "show all".
  if (value !== asked.current) {
    asked.current = value;
    if (value !== typed.trim()) setTyped(value);
  }
  useEffect(() => {
    if (typed.trim() === asked.current) return;
    const timer = setTimeout(() => {
      asked.current = typed.trim();
      set(typed);
    }, TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label class="stacked grow">
      {t('runs.search')}
      <input
        type="search"
        maxLength={SEARCH_CHARACTERS_MAX}
        placeholder={t('runs.search_hint')}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
    </label>
  );
}

interface SelectProps {
  label: string;
  value: string;
  options: [string, string][];
  set(value: string): void;
}

function Select({ label, value, options, set }: SelectProps) {
  // An old link may name what is no longer there: it is shown as it is asked.
  const all = value === '' || options.some(([id]) => id === value) ? options : [...options, [value, value] as const];
  return (
    <label class="stacked">
      {label}
      <select value={value} onChange={(event) => set(event.currentTarget.value)}>
        <option value="">{t('runs.all')}</option>
        {all.map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
