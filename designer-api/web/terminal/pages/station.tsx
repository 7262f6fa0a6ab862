import { useState } from 'preact/hooks';

import { post, remove } from '../../core/api';
import { t } from '../../core/i18n';
import { go } from '../../core/route';
import { loadSession, may, session } from '../../core/session';
import { placeTitle, site } from '../../core/site';
import { Icon } from '../../ui/icons';
import { notifyError } from '../../ui/notices';
import '../words';

/** Which station this browser is. */
export function Station() {
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const now = session.value;
  if (!now) return null;
  const stations = site.value.equipment.filter((place) => place.level === 'station');
  const change = async (work: Promise<unknown>) => {
    try {
      await work;
      await loadSession();
      go('/');
    } catch (error) {
      notifyError(error);
    }
  };
  return (
    <div class="page narrow">
      <h1>{t('station.title')}</h1>
      <p>{t('station.text')}</p>
      <p class="banner">
        <Icon name="station" size={28} />
        {now.station ? t('station.is', { station: now.station.title }) : t('station.none')}
      </p>
      {may('admin') ? (
        <>
          <fieldset class="plain">
            <legend>{t('station.choose')}</legend>
            <div class="options options-list">
              {stations.map((place) => (
                <label key={place.id} class={`option tone-plain${chosen === place.id ? ' chosen' : ''}`}>
                  <input
                    type="radio"
                    name="station"
                    checked={chosen === place.id}
                    onChange={() => setChosen(place.id)}
                  />
                  <Icon name={chosen === place.id ? 'ok' : 'station'} size={26} />
                  <span>
                    {place.title}
                    {place.parent && <span class="optional">{placeTitle(place.parent)}</span>}
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
          <button
            type="button"
            class="button primary wide"
            disabled={chosen === undefined}
            onClick={() => void change(post('/stations/enrol', { station: chosen }))}
          >
            {t('station.enrol')}
          </button>
          {now.station && (
            <button type="button" class="button wide" onClick={() => void change(remove('/stations/enrol'))}>
              {t('station.leave')}
            </button>
          )}
        </>
      ) : (
        <p>{t('station.admin')}</p>
      )}
    </div>
  );
}
