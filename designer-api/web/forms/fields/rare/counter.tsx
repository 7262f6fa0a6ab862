import { t } from '../../../core/i18n';
import type { FieldOf } from '../../../core/types';
import { Icon } from '../../../ui/icons';
import type { Slot } from '../../state';
import { described, Frame } from '../frame';
import { canBeNegative, NumberInput, rangeWords } from '../numeric';
import { textOf } from '../texts';

/** `counter`: plus and minus, large enough for a glove; the number between them can be typed as well. */
export function Counter({ slot }: { slot: Slot<FieldOf<'counter'>> }) {
  const { range = {}, step } = slot.field;
  const counted = Number(textOf(slot)) || 0;
  const by = (steps: number) => {
    const next = counted + steps * step;
    slot.set(String(Math.min(Number(range.upper ?? next), Math.max(Number(range.lower ?? next), next))));
  };
  return (
    <Frame slot={slot} aside={rangeWords(slot.field)}>
      <div class="number-row counter">
        <button type="button" class="button square" aria-label={t('counter.less', { n: step })} onClick={() => by(-1)}>
          <Icon name="minus" size={32} />
        </button>
        <NumberInput
          slot={slot}
          value={textOf(slot)}
          set={(value) => slot.set(value || undefined)}
          decimals={false}
          negative={canBeNegative(range)}
          describedBy={described(slot)}
        />
        <button type="button" class="button square" aria-label={t('counter.more', { n: step })} onClick={() => by(1)}>
          <Icon name="plus" size={32} />
        </button>
      </div>
    </Frame>
  );
}
