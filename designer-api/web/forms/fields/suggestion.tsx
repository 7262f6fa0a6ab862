import { now, siteClock } from '../../core/clock';
import { moment, say, t } from '../../core/i18n';
import { personName, site } from '../../core/site';
import type { Json, Text } from '../../core/types';
import { Icon } from '../../ui/icons';
import { said } from '../../ui/said';
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

/** What was answered last time at this place: one press takes it, and only then it is an answer. */
export function LastAnswer({ slot }: { slot: Slot }) {
  const { last } = slot;
  if (last === undefined || slot.value.value !== undefined) return null;
  return (
    <button type="button" class="button quiet suggestion" onClick={() => slot.set(typed(slot, last))}>
      <Icon name="clock" size={24} />
      {t('field.last', { value: shown(slot, last) })}
    </button>
  );
}

/** Numbers are kept as text while they are typed. */
function typed(slot: Slot, value: Json): Json {
  const kind = slot.field.kind;
  if (kind === 'measure' && slot.field.samples > 1) return [value].flat().map(String);
  // As if it had been picked: the browser's field shows nothing else.
  if (kind === 'date_time' && typeof value === 'string') return siteClock(value, site.value.time_zone) || value;
  return typeof value === 'number' && kind !== 'rating' ? String(value) : value;
}

function shown({ field }: Slot, value: Json): string {
  if (field.kind === 'choose') return titled(field.from, value);
  if (field.kind === 'date_time') return moment(String(value), site.value.time_zone, now.peek());
  if (field.kind === 'person') return personName(String(value));
  if (field.kind === 'place' || field.kind === 'shift') return titleOf(field.options, value);
  if (field.kind === 'choose_many' && Array.isArray(value)) return value.map((one) => titled(field.from, one)).join(', ');
  return said(value);
}

function titled(from: Text[], value: Json): string {
  return say(from.find((text) => text.default === value)) || String(value);
}

function titleOf(options: { id: string; title: string }[], value: Json): string {
  return options.find(({ id }) => id === value)?.title ?? String(value);
}
