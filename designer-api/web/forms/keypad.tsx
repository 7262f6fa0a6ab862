/** The keypad at the bottom of the page: keys for gloved fingers, with the limits and the verdict in sight. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

import { say, t } from '../core/i18n';
import { limit } from '../core/numbers';
import { unitOf } from '../core/units';
import { Icon } from '../ui/icons';
import type { Slot } from './state';
import { VerdictBadge } from './verdict';

interface Pad {
  input: HTMLInputElement;
  slot: Slot;
  decimals: boolean;
  negative: boolean;
}

/** The input that the keypad types into. */
export const pad = signal<Pad | undefined>(undefined);

// Asked once: to ask at every key would lay the page out at every key.
const pointer = typeof matchMedia === 'function' ? matchMedia('(pointer: coarse)') : undefined;
let coarse = pointer?.matches ?? false;
pointer?.addEventListener('change', ({ matches }) => (coarse = matches));

/** Whether fingers are the first way of pointing here. */
export function usesPad(): boolean {
  return coarse;
}

export function openPad(to: Pad): void {
  pad.value = to;
}

export function closePad(): void {
  pad.value = undefined;
}

let pressing = false;
let closing: HTMLInputElement | undefined;

/** The input was left. When a finger pressed something else, that press ends first: were the page to move under it,
 *  it would hit nothing. */
export function leavePad(input: HTMLInputElement): void {
  closing = input;
  if (!pressing) closeLeft();
}

function closeLeft(): void {
  if (closing && pad.value?.input === closing && document.activeElement !== closing) closePad();
  closing = undefined;
}

if (typeof document !== 'undefined') {
  const capture = { capture: true, passive: true };
  const released = () => {
    pressing = false;
    // After the click that follows.
    setTimeout(closeLeft, 0);
  };
  addEventListener('pointerdown', () => (pressing = true), capture);
  addEventListener('pointerup', released, capture);
  addEventListener('pointercancel', released, capture);
}

/** Types as a keyboard would, at the place of the caret. */
function type(input: HTMLInputElement, edit: (before: string, after: string) => [string, string]): void {
  const start = input.selectionStart ?? input.value.length;
  const end = input.selectionEnd ?? start;
  const from = start === end ? start : Math.min(start, end);
  const [before, after] = edit(input.value.slice(0, from), input.value.slice(Math.max(start, end)));
  input.value = before + after;
  input.setSelectionRange(before.length, before.length);
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

function erase(input: HTMLInputElement): void {
  const selected = input.selectionStart !== input.selectionEnd;
  type(input, (before, after) => [selected ? before : before.slice(0, -1), after]);
}

function turn(input: HTMLInputElement): void {
  const value = input.value;
  input.value = value.startsWith('-') ? value.slice(1) : `-${value}`;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

/** The next input of the form, in the order of the page. */
function next(from: HTMLInputElement): void {
  const form = from.closest('.form-page');
  const all = [...(form?.querySelectorAll<HTMLElement>('input, textarea, select, button:not([tabindex="-1"])') ?? [])];
  const to = all.slice(all.indexOf(from) + 1).find((element) => element.offsetParent !== null);
  if (to) to.focus();
  else from.blur();
  if (to && !(to instanceof HTMLInputElement)) closePad();
}

/** Into the middle of what is seen between the bar above and the keypad. */
function showBetween(input: HTMLElement, keypadHeight: number): void {
  const bar = document.querySelector('.bar')?.getBoundingClientRect().bottom ?? 0;
  const { top, height } = input.getBoundingClientRect();
  scrollBy(0, top + height / 2 - (bar + innerHeight - keypadHeight) / 2);
}

const DIGITS = ['7', '8', '9', '4', '5', '6', '1', '2', '3'];

export function Keypad() {
  const panel = useRef<HTMLDivElement>(null);
  const open = pad.value;
  useEffect(() => {
    const height = open ? (panel.current?.offsetHeight ?? 0) : 0;
    document.documentElement.style.setProperty('--keypad-height', `${height}px`);
    if (open) showBetween(open.input, height);
  }, [open]);
  useEffect(() => closePad, []);
  if (!open) return null;
  const { input, decimals, negative, slot } = open;
  const key = (label: string, press: () => void, name?: string) => (
    <button
      type="button"
      class="key"
      tabIndex={-1}
      {...(name ? { 'aria-label': name } : {})}
      // The input keeps the focus: a key of the keypad is a key.
      onPointerDown={(event) => event.preventDefault()}
      onClick={press}
    >
      {label}
    </button>
  );
  const digit = (text: string) => key(text, () => type(input, (before, after) => [before + text, after]));
  return (
    <div class="keypad" ref={panel} role="group" aria-label={t('keypad.name')} onPointerDown={(e) => e.preventDefault()}>
      <KeypadHead slot={slot} />
      <div class="keys">
        {DIGITS.map(digit)}
        {negative ? key('±', () => turn(input), t('keypad.sign')) : <span />}
        {digit('0')}
        {decimals ? digit('.') : <span />}
        <div class="side-keys">
          <button type="button" class="key" tabIndex={-1} aria-label={t('keypad.erase')} onClick={() => erase(input)}>
            <Icon name="erase" size={32} />
          </button>
          <button type="button" class="key go" tabIndex={-1} onClick={() => next(input)}>
            {t('keypad.next')}
          </button>
          <button type="button" class="key" tabIndex={-1} onClick={() => (input.blur(), closePad())}>
            {t('keypad.close')}
          </button>
        </div>
      </div>
    </div>
  );
}

function KeypadHead({ slot }: { slot: Slot }) {
  const { field } = slot;
  const verdict = slot.verdict.value;
  const range = field.kind === 'measure' ? field.limits : undefined;
  const decimals = field.kind === 'measure' ? field.decimals : undefined;
  return (
    <div class="keypad-head">
      <strong>{say(field.title)}</strong>
      {range && (
        <span>
          {limit(range.lower, decimals) ?? '…'} – {limit(range.upper, decimals) ?? '…'}{' '}
          {field.kind === 'measure' ? unitOf(field) : ''}
        </span>
      )}
      {verdict && verdict !== 'undefined' && <VerdictBadge verdict={verdict} small />}
    </div>
  );
}
