import { say, t } from '../../../core/i18n';
import type { FieldOf } from '../../../core/types';
import { Icon } from '../../../ui/icons';
import type { Slot } from '../../state';

/** `signal`: nobody types it. The server keeps what the machine says at the moment at which the form is sent. */
export function Signal({ slot }: { slot: Slot<FieldOf<'signal'>> }) {
  return (
    <div class="field field-info" data-field={slot.path}>
      <Icon name="station" size={28} />
      <p>
        {say(slot.field.title)}: {t('signal.sent')}
      </p>
    </div>
  );
}
