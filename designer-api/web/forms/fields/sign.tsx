import { say, t } from '../../core/i18n';
import { session } from '../../core/session';
import type { FieldOf } from '../../core/types';
import { Icon } from '../../ui/icons';
import type { Slot } from '../state';
import { Frame, ids } from './frame';

/** `sign`: says who will have signed. The badge, PIN or password is asked when the form is sent. */
export function Sign({ slot }: { slot: Slot<FieldOf<'sign'>> }) {
  const person = session.value?.person;
  const signed = slot.value.value !== undefined;
  const meaning = say(slot.field.meaning);
  return (
    <Frame slot={slot} group>
      {meaning && <p class="meaning">“{meaning}”</p>}
      <button
        type="button"
        id={ids(slot.path).input}
        class={`option tone-ok${signed ? ' chosen' : ''}`}
        aria-pressed={signed}
        onClick={() => slot.set(signed || !person ? undefined : person.id)}
      >
        <Icon name={signed ? 'ok' : 'sign'} size={28} />
        <span>{signed ? t('sign.by', { name: person?.name ?? '' }) : t('sign.press')}</span>
      </button>
    </Frame>
  );
}
