import { say, t } from '../../../core/i18n';
import type { FieldOf } from '../../../core/types';
import { Icon } from '../../../ui/icons';
import type { Slot } from '../../state';
import { describedButton, Frame } from '../frame';

/** `rank`: up and down until it is right. The order in which they were written is no answer. */
export function Rank({ slot }: { slot: Slot<FieldOf<'rank'>> }) {
  const { field } = slot;
  const value = slot.value.value;
  const answered = Array.isArray(value);
  const order = answered ? value.map(String) : field.from.map((text) => text.default);
  const titled = (one: string) => say(field.from.find((text) => text.default === one)) || one;
  const move = (at: number, by: number) => {
    const next = [...order];
    const [moved] = next.splice(at, 1);
    next.splice(at + by, 0, moved as string);
    slot.set(next);
  };
  return (
    <Frame slot={slot} group>
      <ol class={answered ? 'rank' : 'rank open'}>
        {order.map((one, at) => (
          <li key={one}>
            <span class="sample-number">{at + 1}</span>
            <span class="rank-title">{titled(one)}</span>
            <button
              type="button"
              class="button square"
              disabled={at === 0}
              aria-label={t('rank.up', { what: titled(one) })}
              onClick={() => move(at, -1)}
            >
              <Icon name="up" size={28} />
            </button>
            <button
              type="button"
              class="button square"
              disabled={at === order.length - 1}
              aria-label={t('rank.down', { what: titled(one) })}
              onClick={() => move(at, 1)}
            >
              <Icon name="down" size={28} />
            </button>
          </li>
        ))}
      </ol>
      {!answered && (
        <button type="button" class="button" {...describedButton(slot)} onClick={() => slot.set(order)}>
          <Icon name="ok" size={26} />
          {t('rank.right')}
        </button>
      )}
    </Frame>
  );
}
