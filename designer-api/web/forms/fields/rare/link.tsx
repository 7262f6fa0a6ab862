import { say } from '../../../core/i18n';
import type { FieldOf } from '../../../core/types';
import { Icon } from '../../../ui/icons';
import type { Slot } from '../../state';

/** `link`: opens beside the form, so that nothing typed is left. */
export function Link({ slot }: { slot: Slot<FieldOf<'link'>> }) {
  return (
    <div class="field field-link" data-field={slot.path}>
      <a class="button" href={slot.field.to} target="_blank" rel="noopener noreferrer">
        <Icon name="next" size={26} />
        {say(slot.field.title)}
      </a>
      {slot.field.hint && <p class="field-hint">{say(slot.field.hint)}</p>}
    </div>
  );
}
