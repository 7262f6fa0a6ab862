import type { FieldOf } from '../../../core/types';
import type { Slot } from '../../state';
import { Radios } from '../choices';
import { Frame } from '../frame';

/** `rating`: numbers and no stars: what is good is for the title to say. */
export function Rating({ slot }: { slot: Slot<FieldOf<'rating'>> }) {
  const options = Array.from({ length: slot.field.at_most }, (_, at) => ({ value: at + 1, label: String(at + 1) }));
  return (
    <Frame slot={slot} group>
      <div class="rating">
        <Radios slot={slot} options={options} />
      </div>
    </Frame>
  );
}
