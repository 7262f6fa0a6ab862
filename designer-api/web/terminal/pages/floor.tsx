import { useEffect, useState } from 'preact/hooks';

import { get } from '../../core/api';
import { now } from '../../core/clock';
import { whenChanged } from '../../core/events';
import { duration, t } from '../../core/i18n';
import { appTitle, partyName, placeTitle, site } from '../../core/site';
import type { Equipment, FloorView } from '../../core/types';
import { Due } from '../../ui/due';
import { Icon } from '../../ui/icons';
import { notifyError } from '../../ui/notices';
import { keepAwake } from '../device/wakelock';
import { stationsOf, type StationState } from '../floor-state';
import '../words';

/** The site at a glance, made to hang on a wall: what is held, who calls, what is late. */
export function Floor() {
  const [floor, setFloor] = useState<FloorView | undefined>(undefined);
  useEffect(
    () =>
      whenChanged(
        (change) => change.kind !== 'app',
        async () => {
          try {
            setFloor(await get<FloorView>('/floor'));
          } catch (error) {
            notifyError(error);
          }
        },
      ),
    [],
  );
  useEffect(() => keepAwake(), []);
  if (!floor) return <p class="loading">{t('loading')}</p>;
  const stations = stationsOf(site.value.equipment, floor, now.value);
  const lines = [...new Set(stations.map((station) => station.place.parent))];
  return (
    <div class="page floor">
      <div class="floor-head">
        <h1>{site.value.title || t('floor.title')}</h1>
        <time>{new Date(now.value).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...zone() })}</time>
      </div>
      <div class="floor-columns">
        <div class="floor-stations">
          {lines.map((line) => (
            <section key={line ?? ''} aria-label={line ? placeTitle(line) : undefined}>
              {line && <h2>{placeTitle(line)}</h2>}
              <ul>
                {stations
                  .filter((station) => station.place.parent === line)
                  .map((station) => (
                    <StationTile key={station.place.id} station={station} />
                  ))}
              </ul>
            </section>
          ))}
        </div>
        <aside class="floor-lists">
          <Holds floor={floor} />
          <Calls floor={floor} />
          <Late floor={floor} />
        </aside>
      </div>
    </div>
  );
}

function zone(): { timeZone?: string } {
  return site.value.time_zone ? { timeZone: site.value.time_zone } : {};
}

const TILE = {
  held: { icon: 'hold', key: 'floor.holds' },
  calling: { icon: 'call', key: 'floor.calls' },
  late: { icon: 'late', key: 'floor.late' },
} as const;

function StationTile({ station }: { station: StationState & { place: Equipment } }) {
  const told = station.how === 'busy' || station.how === 'quiet' ? undefined : TILE[station.how];
  return (
    <li class={`tile tile-${station.how}`}>
      <strong>{station.place.title}</strong>
      {told && (
        <span class="tile-state">
          <Icon name={told.icon} size={34} />
          {t(told.key)}
        </span>
      )}
      <span class="tile-counts">
        {station.open === 0 ? t('floor.quiet') : t('floor.open', { n: station.open })}
        {station.late > 0 && <b>{t('floor.late_count', { n: station.late })}</b>}
      </span>
    </li>
  );
}

function Holds({ floor }: { floor: FloorView }) {
  return (
    <section>
      <h2>{t('floor.holds')}</h2>
      {floor.holds.length === 0 && <p class="fine">{t('floor.no_holds')}</p>}
      <ul>
        {floor.holds.map((hold) => (
          <li key={`${hold.target}-${hold.run}`} class="floor-item held">
            <Icon name="hold" size={30} />
            <a href={`/runs/${hold.run}`}>
              <strong>{placeTitle(hold.target)}</strong>
              <span>{hold.why}</span>
            </a>
            <span class="floor-time">{duration(now.value - Date.parse(hold.since))}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Calls({ floor }: { floor: FloorView }) {
  return (
    <section>
      <h2>{t('floor.calls')}</h2>
      {floor.calls.length === 0 && <p class="fine">{t('floor.no_calls')}</p>}
      <ul>
        {floor.calls.map((call) => (
          <li key={call.id} class="floor-item calling">
            <Icon name="call" size={30} />
            <a href={`/runs/${call.run}`}>
              <strong>
                {call.station ? `${placeTitle(call.station)} → ` : ''}
                {partyName(call.to)}
              </strong>
              <span>{call.text}</span>
            </a>
            <span class="floor-time">{duration(now.value - Date.parse(call.at))}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Late({ floor }: { floor: FloorView }) {
  const late = floor.tasks.filter((task) => task.due_at !== null && Date.parse(task.due_at) <= now.value);
  return (
    <section>
      <h2>{t('floor.late')}</h2>
      {late.length === 0 && <p class="fine">{t('floor.no_late')}</p>}
      <ul>
        {late.map((task) => (
          <li key={task.id} class="floor-item late">
            <Icon name="late" size={30} />
            <a href={`/runs/${task.run}`}>
              <strong>{task.title}</strong>
              <span>
                {appTitle(task.app)} · {partyName(task.to)}
                {task.station ? ` · ${placeTitle(task.station)}` : ''}
              </span>
            </a>
            <Due due={task.due_at} opened={task.opened_at} />
          </li>
        ))}
      </ul>
    </section>
  );
}
