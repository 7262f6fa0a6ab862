/** Who are you: by badge, PIN or password. For signing in, and again for signing. */
import { useEffect, useRef, useState } from 'preact/hooks';

import { t, type Key } from '../core/i18n';
import { narrowDigits } from '../core/numbers';
import type { Way } from '../core/types';
import { onScan } from '../terminal/device/wedge';
import { Icon } from './icons';

export interface Given {
  way: Way;
  person: string;
  secret: string;
}

interface Props {
  ways: Way[];
  /** Already known when someone signs. */
  person?: string;
  /** Offered to be touched instead of typed. */
  people?: { id: string; name: string }[];
  busy: boolean;
  doLabel: string;
  problem?: string | undefined;
  onGiven(given: Given): void;
}

/** As the server takes it, for a sign-in or a signature. */
export function secretOf({ way, secret }: Given): Secret;
export function secretOf(given: Given, person: string): { badge: string } | ({ person: string } & Secret);
export function secretOf({ way, secret }: Given, person?: string) {
  const own = { [way]: secret };
  return way === 'badge' || person === undefined ? own : { person, ...own };
}

export type Secret = { pin: string } | { password: string } | { badge: string };

const WORDS: Record<Way, Key> = {
  badge: 'sign_in.by_badge',
  pin: 'sign_in.by_pin',
  password: 'sign_in.by_password',
};

const PIN_DIGITS_MAX = 12;

export function Credentials(props: Props) {
  const { ways, people, busy, problem, onGiven } = props;
  const [way, setWay] = useState<Way>(ways[0] ?? 'password');
  const [person, setPerson] = useState(props.person ?? '');
  const [secret, setSecret] = useState('');
  const shown = ways.includes(way) ? way : (ways[0] ?? 'password');
  // A badge works on every one of the three cards: nobody has to choose first.
  useEffect(() => {
    if (!ways.includes('badge')) return;
    return onScan((code) => {
      onGiven({ way: 'badge', person: props.person ?? '', secret: code });
      return true;
    });
  });
  useEffect(() => {
    if (problem) setSecret('');
  }, [problem]);
  const submit = (event: Event) => {
    event.preventDefault();
    if (secret && !busy) onGiven({ way: shown, person: props.person ?? person.trim(), secret });
  };
  return (
    <form class="credentials" onSubmit={submit}>
      {ways.length > 1 && (
        <div class="ways" role="group" aria-label={t('sign_in.who')}>
          {ways.map((one) => (
            <button
              key={one}
              type="button"
              class={`button${one === shown ? ' chosen' : ''}`}
              aria-pressed={one === shown}
              onClick={() => (setWay(one), setSecret(''))}
            >
              {t(WORDS[one])}
            </button>
          ))}
        </div>
      )}
      {shown !== 'badge' && props.person === undefined && (
        <label class="stacked">
          {t('sign_in.person')}
          <input
            name="person"
            autocomplete="username"
            autocapitalize="off"
            spellcheck={false}
            value={person}
            onInput={(event) => setPerson(event.currentTarget.value)}
          />
        </label>
      )}
      {shown !== 'badge' && props.person === undefined && people && people.length > 0 && (
        <div class="known" role="group" aria-label={t('sign_in.who')}>
          {people.map((one) => (
            <button
              key={one.id}
              type="button"
              class={`button${one.id === person ? ' chosen' : ''}`}
              aria-pressed={one.id === person}
              onClick={() => setPerson(one.id)}
            >
              {one.name}
            </button>
          ))}
        </div>
      )}
      <SecretInput way={shown} value={secret} set={setSecret} />
      {problem && (
        <p class="field-refusal" role="alert">
          <Icon name="late" size={22} />
          {problem}
        </p>
      )}
      <button type="submit" class="button primary wide" disabled={busy || !secret}>
        {props.doLabel}
      </button>
    </form>
  );
}

function SecretInput({ way, value, set }: { way: Way; value: string; set(value: string): void }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (way === 'badge') input.current?.focus();
  }, [way]);
  if (way === 'pin') return <PinPad value={value} set={set} />;
  const badge = way === 'badge';
  return (
    <label class="stacked">
      {badge && (
        <span class="badge-picture">
          <Icon name="scan" size={72} />
          <strong>{t('sign_in.badge')}</strong>
          <span class="field-hint">{t('sign_in.badge_hint')}</span>
        </span>
      )}
      {t(badge ? 'sign_in.badge_number' : 'sign_in.password')}
      <input
        ref={input}
        // A badge is a secret too: whoever reads it over a shoulder could be that person.
        type="password"
        name={badge ? 'badge' : 'password'}
        autocomplete={badge ? 'off' : 'current-password'}
        {...(badge ? { 'data-scan': '1' } : {})}
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  );
}

/** Keys for gloves; the digits of a keyboard work as well. */
function PinPad({ value, set }: { value: string; set(value: string): void }) {
  const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const press = (digit: string) => set((value + digit).slice(0, PIN_DIGITS_MAX));
  const key = (digit: string) => (
    <button key={digit} type="button" class="key" onClick={() => press(digit)}>
      {digit}
    </button>
  );
  return (
    <div class="pin">
      <label class="stacked">
        {t('sign_in.pin')}
        <input
          type="password"
          name="pin"
          inputMode="none"
          autocomplete="off"
          maxLength={PIN_DIGITS_MAX}
          value={value}
          onInput={(event) => set(narrowDigits(event.currentTarget.value).replace(/\D/g, ''))}
        />
      </label>
      <div class="keys pin-keys">
        {digits.map(key)}
        <span />
        {key('0')}
        <button type="button" class="key" aria-label={t('keypad.erase')} onClick={() => set(value.slice(0, -1))}>
          <Icon name="erase" size={32} />
        </button>
      </div>
    </div>
  );
}
