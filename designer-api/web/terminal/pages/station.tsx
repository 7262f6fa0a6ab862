import { useEffect, useState } from 'preact/hooks';

import { get, post, remove } from '../../core/api';
import { now } from '../../core/clock';
import { moment, t } from '../../core/i18n';
import { loadSession, may, session, signOut } from '../../core/session';
import { personName, placeTitle, site } from '../../core/site';
import type { Equipment, List, Place } from '../../core/types';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icons';
import { notifyError } from '../../ui/notices';
import './people.css';
import '../words';

/** A browser that is a station. */
interface Enrolment {
  id: string;
  station: Place;
  by: string;
  at: string;
  /** To the minute; null when it was enrolled before this was kept, and not seen since. */
  seen_at: string | null;
}

/** Which station this browser is, and which others there are. */
export function Station() {
  const [list, setList] = useState<Enrolment[] | undefined>(undefined);
  const [enrolled, setEnrolled] = useState<string | undefined>(undefined);
  const me = session.value;
  const isAdmin = may('admin');
  const load = () => get<List<Enrolment>>('/stations/enrolled').then((found) => setList(found.items), notifyError);
  useEffect(() => {
    if (isAdmin) void load();
  }, [isAdmin]);
  if (!me) return null;
  const change = async (work: Promise<unknown>, station?: string) => {
    try {
      await work;
      setEnrolled(station);
      await Promise.all([load(), loadSession()]);
    } catch (error) {
      notifyError(error);
    }
  };
  const here = enrolled ? placeTitle(enrolled) : me.station?.title;
  return (
    <div class="page narrow">
      <h1>{t('station.title')}</h1>
      <p>{t('station.text')}</p>
      <p class="banner" role="status">
        <Icon name="station" size={28} />
        <span>{here ? t('station.is', { station: here }) : t('station.none')}</span>
      </p>
      {here && (
        <div class="options options-row">
          <button type="button" class="button primary" onClick={() => void signOut().catch(notifyError)}>
            <Icon name="out" size={26} />
            {t('station.hand_over')}
          </button>
          <a class="button" href="/floor">
            <Icon name="floor" size={26} />
            {t('nav.floor')}
          </a>
        </div>
      )}
      {isAdmin ? (
        <>
          <Choose now={enrolled ?? me.station?.id} enrol={(station) => void change(post('/stations/enrol', { station }), station)} />
          {here && (
            <button type="button" class="button wide" onClick={() => void change(remove('/stations/enrol'))}>
              {t('station.leave')}
            </button>
          )}
          <Others list={list} onRevoke={(id) => void change(remove(`/stations/enrolled/${encodeURIComponent(id)}`))} />
        </>
      ) : (
        <p>{t('station.admin')}</p>
      )}
    </div>
  );
}

function Choose({ now, enrol }: { now: string | undefined; enrol(station: string): void }) {
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const stations = site.value.equipment.filter((place) => place.level === 'station');
  if (stations.length === 0) return <p class="banner">{t('station.no_stations')}</p>;
  return (
    <>
      <fieldset class="plain">
        <legend>{t('station.choose')}</legend>
        <div class="options options-list compact">
          {stations.map((place) => (
            <Option key={place.id} place={place} chosen={chosen === place.id} choose={() => setChosen(place.id)} />
          ))}
        </div>
      </fieldset>
      <button type="button" class="button primary wide" disabled={chosen === undefined || chosen === now} onClick={() => chosen && enrol(chosen)}>
        {t('station.enrol')}
      </button>
    </>
  );
}

function Option({ place, chosen, choose }: { place: Equipment; chosen: boolean; choose(): void }) {
  return (
    <label class={`option tone-plain${chosen ? ' chosen' : ''}`}>
      <input type="radio" name="station" checked={chosen} onChange={choose} />
      <Icon name={chosen ? 'ok' : 'station'} size={26} />
      <span>
        {place.title}
        {place.parent && <span class="optional">{placeTitle(place.parent)}</span>}
      </span>
    </label>
  );
}

function Others({ list, onRevoke }: { list: Enrolment[] | undefined; onRevoke(id: string): void }) {
  const [revoking, setRevoking] = useState<Enrolment | undefined>(undefined);
  if (!list) return null;
  return (
    <section>
      <h2>{t('station.others')}</h2>
      {list.length === 0 && <p>{t('station.others_none')}</p>}
      <ul class="enrolled">
        {list.map((one) => (
          <li key={one.id}>
            <Icon name="station" size={26} />
            <span>
              <strong>{one.station.title}</strong>
              <span class="optional">
                {t('station.by', { person: personName(one.by), at: moment(one.at, site.value.time_zone, now.peek()) })}
                {one.seen_at && `, ${t('station.seen', { at: moment(one.seen_at, site.value.time_zone, now.peek()) })}`}
              </span>
            </span>
            <button type="button" class="button" onClick={() => setRevoking(one)}>
              {t('station.revoke')}
            </button>
          </li>
        ))}
      </ul>
      {revoking && (
        <Dialog title={t('station.revoke')} onClose={() => setRevoking(undefined)}>
          <p>{t('station.revoke_text', { station: revoking.station.title })}</p>
          <button
            type="button"
            class="button danger wide"
            onClick={() => {
              onRevoke(revoking.id);
              setRevoking(undefined);
            }}
          >
            {t('station.revoke')}
          </button>
          <button type="button" class="button wide" onClick={() => setRevoking(undefined)}>
            {t('back')}
          </button>
        </Dialog>
      )}
    </section>
  );
}
