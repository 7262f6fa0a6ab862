import { say } from '../../../core/i18n';
import type { FieldOf } from '../../../core/types';
import { isRow } from '../../answers';
import type { Slot } from '../../state';
import { described, Frame, ids } from '../frame';

/** `matrix`: the same choice for several things; one line each, so that it fits a phone. */
export function Matrix({ slot }: { slot: Slot<FieldOf<'matrix'>> }) {
  const { field } = slot;
  const value = slot.value.value;
  const chosen = isRow(value) ? value : {};
  const base = ids(slot.path).input;
  return (
    <Frame slot={slot} group>
      {field.rows.map((row, at) => (
        <div key={row.id} class="matrix-row" role="radiogroup" aria-labelledby={`${base}-${at}`}>
          <span id={`${base}-${at}`}>{say(row.title)}</span>
          <div class="options options-row">
            {field.from.map((text, option) => {
              const isChosen = chosen[row.id] === text.default;
              return (
                <label key={text.default} class={`option tone-plain${isChosen ? ' chosen' : ''}`}>
                  <input
                    type="radio"
                    name={`${base}-${at}`}
                    checked={isChosen}
                    {...(at === 0 && option === 0 ? described(slot) : {})}
                    onChange={() => slot.set({ ...chosen, [row.id]: text.default })}
                  />
                  <span>{say(text)}</span>
                </label>
              );
            })}
          </div>
        </div>
      ))}
    </Frame>
  );
}
