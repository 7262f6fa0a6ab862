import { say, t } from '../../../core/i18n';
import type { FieldOf } from '../../../core/types';
import type { Slot } from '../../state';

/** `formula`: computed by the engine while the others are typed. */
export function Formula({ slot }: { slot: Slot<FieldOf<'formula'>> }) {
  const value = slot.computed.value;
  return (
    <div class="field field-formula" data-field={slot.path}>
      <span class="field-title">{say(slot.field.title)}</span>
      <output class="computed" aria-live="polite">
        {value ?? t('formula.none')}
      </output>
    </div>
  );
}
