import type { FieldOf } from '../../../core/types';
import type { Slot } from '../../state';
import { described, Frame } from '../frame';
import { canBeNegative, NumberInput, rangeWords } from '../numeric';
import { textOf } from '../texts';

/** `money`: an amount with its currency behind it. */
export function Money({ slot }: { slot: Slot<FieldOf<'money'>> }) {
  const { field } = slot;
  return (
    <Frame slot={slot} aside={rangeWords(field)}>
      <div class="number-row">
        <NumberInput
          slot={slot}
          value={textOf(slot)}
          set={(value) => slot.set(value || undefined)}
          decimals={field.decimals_max !== 0}
          negative={canBeNegative(field.range)}
          describedBy={described(slot)}
        />
        <span class="unit">{field.currency}</span>
      </div>
    </Frame>
  );
}
