import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { get, isSignedOut, online } from '../../core/api';
import { now } from '../../core/clock';
import { live, whenChanged } from '../../core/events';
import { duration, language, moment, t, type Key } from '../../core/i18n';
import { loadSession, session } from '../../core/session';
import { appTitle, partyName, placeTitle, site } from '../../core/site';
import type { FloorView } from '../../core/types';
import { Icon, type IconName } from '../../ui/icons';
import { notifyError } from '../../ui/notices';
import { keepAwake } from '../device/wakelock';
import { concernsOf, fit, linesOf, stationsOf, tileWideOf, type Concern, type Line, type Station, type StationState } from '../floor-state';
import './floor.css';
import '../words';

/** A busy site changes all the time: it is asked so often at most. */
const PAUSE_MS = 1000;

/** The site at a glance, made to hang on a wall: what is held, who calls, what is late. */
export function Floor() {
  const [floor, setFloor] = useState<{ view: FloorView; atMs: number } | undefined>(undefined);
  useEffect(
    () =>
      whenChanged(
        (change) => change.kind !== 'app',
        async () => {
          try {
            setFloor({ view: await get<FloorView>('/floor'), atMs: now.peek() });
          } catch (error) {
            if (isSignedOut(error)) await loadSession().catch(() => undefined);
            else if (online.peek()) notifyError(error);
          }
          await new Promise((done) => setTimeout(done, PAUSE_MS));
        },
      ),
    [],
  );
  useEffect(() => keepAwake(), []);
  if (!floor) return <p class="loading">{t('loading')}</p>;
  const stations = stationsOf(site.value.equipment, floor.view, now.value);
  const concerns = concernsOf(floor.view, now.value);
  return (
    <div class={`floor${concerns.length > 0 ? ' floor-troubled' : ''}`}>
      <header class="floor-head">
        <h1>{site.value.title || t('floor.title')}</h1>
        <Counts concerns={concerns} view={floor.view} />
        <time>{clock()}</time>
      </header>
      {(!online.value || live.value !== 'stream') && <Stale atMs={floor.atMs} />}
      <Stations lines={linesOf(stations)} />
      {concerns.length > 0 && <Concerns concerns={concerns} view={floor.view} />}
    </div>
  );
}

function clock(): string {
  const zone = site.value.time_zone ? { timeZone: site.value.time_zone } : {};
  return new Date(now.value).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...zone });
}

/** An old picture must not pass for what is so now. */
const STALE_MS = 20_000;

function Stale({ atMs }: { atMs: number }) {
  if (now.value - atMs < STALE_MS) return null;
  return (
    <p class="floor-stale" role="alert">
      <Icon name="offline" size={36} />
      {t('floor.stale', { at: moment(new Date(atMs).toISOString(), site.value.time_zone, now.value) })}
    </p>
  );
}

const HOW: Record<StationState['how'], { icon: IconName; key: Key }> = {
  held: { icon: 'hold', key: 'floor.held' },
  calling: { icon: 'call', key: 'floor.calling' },
  late: { icon: 'late', key: 'floor.late' },
  busy: { icon: 'clock', key: 'floor.open' },
  quiet: { icon: 'ok', key: 'floor.quiet' },
};

/** How many of each, so that the worst is seen before it is read. */
function Counts({ concerns, view }: { concerns: Concern[]; view: FloorView }) {
  const more = { held: view.holds_more ?? 0, calling: view.calls_more ?? 0, late: view.tasks_more ?? 0 };
  if (concerns.length === 0) {
    return (
      <p class="floor-counts">
        <span class="count-quiet">
          <Icon name="ok" size={40} />
          {t('floor.all_quiet')}
        </span>
      </p>
    );
  }
  return (
    <p class="floor-counts">
      {(['held', 'calling', 'late'] as const).map((how) => {
        const n = concerns.filter((concern) => concern.how === how).length;
        return (
          n > 0 && (
            <span key={how} class={`count-${how}`}>
              <Icon name={HOW[how].icon} size={34} />
              {n}
              {more[how] > 0 && '+'} {t(HOW[how].key)}
            </span>
          )
        );
      })}
    </p>
  );
}

/** As `floor.css` has it: one part below the other. */
const SCROLLED = '(max-width: 899px)';

function Stations({ lines }: { lines: Line[] }) {
  const area = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(area);
  const isScrolled = matchMedia(SCROLLED).matches;
  const { columns, font } = fit(
    width,
    isScrolled ? 0 : height,
    lines.map((line) => line.stations.length),
    tileWideOf(lines.flatMap((line) => line.stations.map((station) => station.place.title))),
  );
  return (
    <div class="floor-stations" ref={area}>
      <div class="floor-lines" style={{ fontSize: `${font}px`, '--columns': String(columns) }}>
        {lines.map((line) => (
          <section key={line.id ?? ''} {...(line.id ? { 'aria-label': placeTitle(line.id) } : {})}>
            {line.id && <h2>{placeTitle(line.id)}</h2>}
            <ul>
              {line.stations.map((station) => (
                <Tile key={station.place.id} station={station} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

function Tile({ station }: { station: Station }) {
  const { icon, key } = HOW[station.how];
  return (
    <li class={`tile tile-${station.how}`}>
      <Icon name={icon} size={64} />
      <strong>{station.place.title}</strong>
      <span class="tile-state">
        {station.how === 'busy' ? t('floor.open', { n: station.open }) : t(key)}
        {station.how === 'late' && station.late > 1 && ` (${station.late})`}
      </span>
    </li>
  );
}

/** The height of one, in letters of the list; what does not fit is counted. */
const CONCERN_HIGH = 4.9;
const SCROLLED_CONCERNS_MAX = 20;
/** So few are written larger. */
const FEW = 4;

function Concerns({ concerns, view }: { concerns: Concern[]; view: FloorView }) {
  const list = useRef<HTMLElement>(null);
  const { height } = useSize(list);
  const isScrolled = matchMedia(SCROLLED).matches;
  const letter = list.current ? parseFloat(getComputedStyle(list.current).fontSize) : 18;
  const place = isScrolled ? SCROLLED_CONCERNS_MAX : Math.max(1, Math.floor(height / (letter * CONCERN_HIGH)));
  const shown = concerns.length <= place ? concerns : concerns.slice(0, Math.max(1, place - 1));
  const rest = concerns.length - shown.length;
  return (
    <aside class={`floor-lists${concerns.length <= FEW ? ' few' : ''}`} ref={list} aria-label={t('floor.look')}>
      <ul>
        {shown.map((concern) => (
          <Item key={concern.key} concern={concern} view={view} />
        ))}
      </ul>
      {rest > 0 && <p class="floor-rest">{t('floor.more', { n: rest })}</p>}
    </aside>
  );
}

function Item({ concern, view }: { concern: Concern; view: FloorView }) {
  const { title, text } = told(concern, view);
  const inner = (
    <>
      <Icon name={HOW[concern.how].icon} size={40} />
      <span class="floor-what">
        <strong>{title}</strong>
        <span>{text}</span>
      </span>
      <span class="floor-time">{duration(now.value - Date.parse(concern.since))}</span>
    </>
  );
  return (
    <li class={`floor-item item-${concern.how}`}>
      {/* A wall screen, where nobody is signed in, only shows. */}
      {session.value ? <a href={`/runs/${concern.run}`}>{inner}</a> : <div>{inner}</div>}
    </li>
  );
}

function told(concern: Concern, view: FloorView): { title: string; text: string } {
  const more = concern.count > 1 ? ` ${t('floor.and_more', { n: concern.count - 1 })}` : '';
  if (concern.how === 'held') {
    const hold = view.holds[concern.at];
    return { title: placeTitle(hold?.target ?? ''), text: `${hold?.why ?? ''}${more}` };
  }
  if (concern.how === 'calling') {
    const call = view.calls[concern.at];
    const to = call ? partyName(call.to) : '';
    return { title: call?.station ? `${placeTitle(call.station)} → ${to}` : to, text: call?.text ?? '' };
  }
  const task = view.tasks[concern.at];
  const where = [task && appTitle(task.app), task && partyName(task.to), task?.station && placeTitle(task.station)];
  return { title: task?.title ?? '', text: where.filter(Boolean).join(' · ') };
}

/** Follows the size of an element, also when the words around it change. */
function useSize(of: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = of.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [language.value]);
  return size;
}
