import { useRef } from 'preact/hooks';

import { t } from '../../core/i18n';
import { plainNumber } from '../../core/numbers';
import { unitOf } from '../../core/units';
import type { Field, FieldOf, Range } from '../../core/types';
import { Icon } from '../../ui/icons';
import { closePad, leavePad, openPad, pad, usesPad } from '../keypad';
import type { Slot } from '../state';
import { described, Frame } from './frame';
import { textOf } from './texts';

interface NumberInputProps {
  slot: Slot;
  value: string;
  set(value: string): void;
  /** More than one number in the field: which this is. */
  label?: string;
  decimals: boolean;
  negative: boolean;
  className?: string;
  describedBy?: Record<string, unknown>;
}

/** A number as text: what is typed is kept digit by digit. With gloves on, the keypad at the bottom types it. */
export function NumberInput({ slot, value, set, label, decimals, negative, className, describedBy }: NumberInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const open = () => {
    const element = input.current;
    if (element) openPad({ input: element, slot, decimals, negative });
  };
  return (
    <div class="typed">
      <input
        ref={input}
        type="text"
        // The keypad is ours where fingers type; the system's own would cover it.
        inputMode={usesPad() ? 'none' : decimals ? 'decimal' : 'numeric'}
        autocomplete="off"
        enterkeyhint="next"
        class={className}
        value={value}
        {...(label ? { 'aria-label': label } : {})}
        {...describedBy}
        onFocus={() => usesPad() && open()}
        onBlur={(event) => {
          const to = event.relatedTarget as HTMLElement | null;
          if (!to?.closest('.keypad')) leavePad(event.currentTarget);
        }}
        onInput={(event) => {
          const plain = plainNumber(event.currentTarget.value);
          // The same number in other characters changes nothing, so nothing would draw what is kept.
          if (plain === value) event.currentTarget.value = plain;
          set(plain);
        }}
      />
    </div>
  );
}

type NumericSlot = Slot<FieldOf<'whole'> | FieldOf<'number'> | FieldOf<'percent'>>;

/** `whole`, `number`, `percent`: noted, not judged. */
export function NumberField({ slot }: { slot: NumericSlot }) {
  const { field } = slot;
  const unit = field.kind === 'percent' ? '%' : unitOf(field);
  return (
    <Frame slot={slot} aside={rangeWords(field)}>
      <div class="number-row">
        <NumberInput
          slot={slot}
          value={textOf(slot)}
          set={(value) => slot.set(value || undefined)}
          decimals={field.kind !== 'whole' && !(field.kind === 'number' && field.decimals_max === 0)}
          negative={canBeNegative(field.range)}
          describedBy={described(slot)}
        />
        {unit && <span class="unit">{unit}</span>}
        <PadButton slot={slot} />
      </div>
    </Frame>
  );
}

/** For a mouse: opens the keypad by hand. */
export function PadButton({ slot }: { slot: Slot }) {
  if (usesPad()) return null;
  const toggle = (event: Event) => {
    if (pad.value?.slot === slot) return closePad();
    const input = (event.currentTarget as Element).closest('.field')?.querySelector('input');
    if (!input) return;
    input.focus();
    openPad({ input, slot, decimals: slot.field.kind !== 'whole', negative: true });
  };
  return (
    <button type="button" class="button square quiet" aria-label={t('keypad.open')} tabIndex={-1} onClick={toggle}>
      <Icon name="keypad" size={28} />
    </button>
  );
}

export function canBeNegative(range: Range | undefined): boolean {
  return range?.lower === undefined || Number(range.lower) < 0;
}

/** Between what it has to be. */
export function rangeWords(field: Field): string | undefined {
  const parts: string[] = [];
  const range = field.kind === 'signal' ? field.limits : 'range' in field ? field.range : undefined;
  if (range && field.kind !== 'percent') {
    const { lower, upper } = range;
    if (lower !== undefined && upper !== undefined) parts.push(t('range.between', { lower, upper }));
    else if (lower !== undefined && Number(lower) !== 0) parts.push(t('range.from', { lower }));
    else if (upper !== undefined) parts.push(t('range.to', { upper }));
  }
  if (field.kind === 'whole' && field.target !== undefined) parts.push(t('measure.target', { target: field.target }));
  return parts.length > 0 ? parts.join(' · ') : undefined;
}
