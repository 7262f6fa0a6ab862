import { t } from '../../../core/i18n';
import type { FieldOf } from '../../../core/types';
import type { Slot } from '../../state';
import { described, Frame } from '../frame';
import { NumberInput } from '../numeric';
import { textOf } from '../texts';

const WRITTEN = /^(?:(\d*) ?h)? ?(?:(\d*) ?min)?$/;

/** `duration`: hours and minutes. Kept as people write it: `1 h 20 min`. */
export function Duration({ slot }: { slot: Slot<FieldOf<'duration'>> }) {
  const text = textOf(slot);
  const [, hours = '', minutes = ''] = WRITTEN.exec(text) ?? [];
  const put = (h: string, min: string) => {
    const parts = [h && `${h} h`, min && `${min} min`].filter(Boolean);
    slot.set(parts.length > 0 ? parts.join(' ') : undefined);
  };
  const part = { slot, decimals: false, negative: false };
  return (
    <Frame slot={slot}>
      <div class="number-row">
        <NumberInput
          {...part}
          value={hours}
          set={(h) => put(h, minutes)}
          label={t('duration.hours')}
          describedBy={described(slot)}
        />
        <span class="unit">h</span>
        <NumberInput {...part} value={minutes} set={(min) => put(hours, min)} label={t('duration.minutes')} />
        <span class="unit">min</span>
      </div>
    </Frame>
  );
}
