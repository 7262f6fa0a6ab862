import { t } from '../../core/i18n';
import type { Json } from '../../core/types';
import type { Slot } from '../state';

/** A default is shown, and is no answer until someone takes it. */
export function Suggestion({ slot }: { slot: Slot }) {
  const suggestion = slot.suggestion.value;
  if (suggestion === undefined || slot.value.value !== undefined) return null;
  return (
    <button type="button" class="button quiet suggestion" onClick={() => slot.set(typed(slot, suggestion))}>
      {t('field.take', { value: shown(suggestion) })}
    </button>
  );
}

/** Numbers are kept as text while they are typed. */
function typed(slot: Slot, value: Json): Json {
  const kind = slot.field.kind;
  if (kind === 'measure' && slot.field.samples > 1) return [String(value)];
  return typeof value === 'number' && kind !== 'rows' ? String(value) : value;
}

function shown(value: Json): string {
  if (value === true) return t('answer.yes');
  if (value === false) return t('answer.no');
  if (value === 'pass' || value === 'fail') return t(`answer.${value}`);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
