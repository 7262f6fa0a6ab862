import { siteClock } from '../../core/clock';
import { dayInWords, say } from '../../core/i18n';
import { site } from '../../core/site';
import type { FieldOf } from '../../core/types';
import { Icon } from '../../ui/icons';
import type { Slot } from '../state';
import { described, Frame } from './frame';

/** `info`: tells, asks nothing. */
export function Info({ slot }: { slot: Slot<FieldOf<'info'>> }) {
  return (
    <div class="field field-info" data-field={slot.path}>
      <Icon name="info" size={28} />
      <p>{say(slot.field.title)}</p>
    </div>
  );
}

type TextSlot = Slot<FieldOf<'text'> | FieldOf<'long_text'>>;

export function TextField({ slot }: { slot: TextSlot }) {
  const value = textOf(slot);
  const max = slot.field.characters_max;
  const props = {
    ...described(slot),
    value,
    ...(max ? { maxLength: max } : {}),
    onInput: (event: Event) => slot.set((event.currentTarget as HTMLInputElement).value || undefined),
  };
  // Only near the end: a number that counts down from 10,000 tells nobody anything.
  const close = max !== undefined && value.length > max * 0.8;
  return (
    <Frame slot={slot}>
      {slot.field.kind === 'text' ? (
        <input type="text" autocomplete="off" enterkeyhint="next" {...props} />
      ) : (
        <textarea rows={4} {...props} />
      )}
      {close && (
        <p class="field-hint">
          {value.length} / {max}
        </p>
      )}
    </Frame>
  );
}

const INPUT_TYPES = { date: 'date', time: 'time', date_time: 'datetime-local', month: 'month' } as const;

/** The browser's own pickers: they have large targets on tablets. They write a day in the browser's language; it is said
 *  below in the page's, so that nobody takes the month for the day. */
export function WhenField({ slot }: { slot: Slot<FieldOf<'date' | 'time' | 'date_time' | 'month'>> }) {
  const kind = slot.field.kind as keyof typeof INPUT_TYPES;
  const text = textOf(slot);
  const local = kind === 'date_time' ? siteClock(text, site.value.time_zone) : text;
  const read = kind === 'time' || kind === 'month' ? '' : dayInWords(local);
  return (
    <Frame slot={slot}>
      <input
        type={INPUT_TYPES[kind]}
        {...described(slot)}
        value={local}
        onInput={(event) => slot.set(event.currentTarget.value || undefined)}
      />
      {read && <p class="field-hint">{read}</p>}
    </Frame>
  );
}

export function textOf(slot: Slot): string {
  const value = slot.value.value;
  return value === undefined || value === null ? '' : String(value);
}
