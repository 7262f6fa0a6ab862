import { useState } from 'preact/hooks';

import { t } from '../../../core/i18n';
import type { FieldOf } from '../../../core/types';
import { Icon } from '../../../ui/icons';
import { isRow } from '../../answers';
import type { Slot } from '../../state';
import { describedButton, Frame } from '../frame';

const ASKED_MS_MAX = 20_000;

/** `gps`: where the device is, when somebody asks it. */
export function Gps({ slot }: { slot: Slot<FieldOf<'gps'>> }) {
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState(false);
  const value = slot.value.value;
  const ask = () => {
    setAsking(true);
    setProblem(false);
    const failed = () => (setAsking(false), setProblem(true));
    if (!('geolocation' in navigator)) return failed();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setAsking(false);
        slot.set({ lat: coords.latitude, lon: coords.longitude, accuracy_m: Math.round(coords.accuracy) });
      },
      failed,
      { enableHighAccuracy: true, timeout: ASKED_MS_MAX },
    );
  };
  return (
    <Frame slot={slot} group>
      {isRow(value) && (
        <p class="computed">
          {Number(value['lat']).toFixed(6)}, {Number(value['lon']).toFixed(6)} (±{String(value['accuracy_m'] ?? '?')} m)
        </p>
      )}
      <button type="button" class="button" {...describedButton(slot)} disabled={asking} onClick={ask}>
        <Icon name="station" size={28} />
        {t(asking ? 'gps.asking' : 'gps.take')}
      </button>
      {problem && <p class="field-hint">{t('gps.none')}</p>}
    </Frame>
  );
}
