import { now, siteClock } from '../../core/clock';
import { moment, say, t } from '../../core/i18n';
import { site } from '../../core/site';
import type { Json } from '../../core/types';
import type { Slot } from '../state';

/** A default is shown, and is no answer until someone takes it. */
export function Suggestion({ slot }: { slot: Slot }) {
  const suggestion = slot.suggestion.value;
  // Read last: without a suggestion, what is typed is nothing to this.
  if (suggestion === undefined || slot.value.value !== undefined) return null;
  return (
    <button type="button" class="button quiet suggestion" onClick={() => slot.set(typed(slot, suggestion))}>
      {t('field.take', { value: shown(slot, suggestion) })}
    </button>
  );
}

/** Numbers are kept as text while they are typed. */
function typed(slot: Slot, value: Json): Json {
  const kind = slot.field.kind;
  if (kind === 'measure' && slot.field.samples > 1) return [String(value)];
  // As if it had been picked: the browser's field shows nothing else.
  if (kind === 'date_time' && typeof value === 'string') return siteClock(value, site.value.time_zone) || value;
  return typeof value === 'number' && kind !== 'rows' ? String(value) : value;
}

function shown({ field }: Slot, value: Json): string {
  if (field.kind === 'choose') return say(field.from.find((text) => text.default === value)) || String(value);
  if (field.kind === 'date_time') return moment(String(value), site.value.time_zone, now.peek());
  if (value === true) return t('answer.yes');
  if (value === false) return t('answer.no');
  if (value === 'pass' || value === 'fail') return t(`answer.${value}`);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
