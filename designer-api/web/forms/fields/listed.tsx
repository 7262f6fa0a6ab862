/** A list to choose from below an input: looked for while someone types, chosen by finger, mouse or keys. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { get, Unreachable } from '../../core/api';
import { getCached, lastAnswer } from '../../core/cached';
import { t } from '../../core/i18n';
import type { Choices } from '../../core/types';
import { said } from '../../ui/said';
import { fieldOfPath } from '../answers';
import type { Slot } from '../state';
import { described, ids } from './frame';

/** One thing to choose. */
export interface One {
  key: string;
  /** What is said of it: of a record its columns, of a person the name. */
  text: string;
}

export interface Found {
  items: One[];
  /** Some are left out. */
  more: boolean;
  /** The server was not reached: these are from before. */
  offline?: boolean;
}

export type Look = (text: string) => Promise<Found>;

/** Typing goes on: one question for all of it. */
const QUIET_MS = 250;
const SHOWN_MAX = 20;
/** So many are kept for when the server is not reached. */
const KEPT_MAX = 200;

/** Looks in the table of the field; without the server, in what was last seen of it. */
export function inTable({ form, path }: Slot): Look {
  // Every row looks in the same table.
  const field = encodeURIComponent(path === fieldOfPath(path) ? path : path.replace(/\[\d+\]/g, ''));
  const whole = `${form.choices}field=${field}&limit=${KEPT_MAX}`;
  return async (text) => {
    if (text === '') {
      const { items, more } = await getCached<Choices>(whole);
      return { items: items.slice(0, SHOWN_MAX).map(named), more: more || items.length > SHOWN_MAX };
    }
    try {
      const { items, more } = await get<Choices>(
        `${form.choices}field=${field}&q=${encodeURIComponent(text)}&limit=${SHOWN_MAX}`,
      );
      return { items: items.map(named), more };
    } catch (error) {
      const known = error instanceof Unreachable ? await lastAnswer<Choices>(whole) : undefined;
      if (!known) throw error;
      return { ...among(known.items.map(named), text), offline: true };
    }
  };
}

/** Looks among what the page knows already. */
export function among(all: One[], text: string): Found {
  const looked = text.trim().toLowerCase();
  const items = all.filter(({ key, text: of }) => key.toLowerCase().includes(looked) || of.toLowerCase().includes(looked));
  return { items: items.slice(0, SHOWN_MAX), more: items.length > SHOWN_MAX };
}

function named({ key, values }: Choices['items'][number]): One {
  const said_ = Object.values(values).filter((value) => value !== null && value !== '');
  return { key, text: said_.map(said).join(' · ') };
}

interface Props {
  slot: Slot;
  look: Look;
  /** What stands in the input. */
  text: string;
  /** With every key; of a list of people what is typed is no answer. */
  onType(text: string): void;
  onChoose(one: One): void;
  /** Read from codes and labels. */
  scanned?: boolean;
  /** Beside the input. */
  children?: ComponentChildren;
}

/** An input with a list below it, as the ARIA pattern "combobox" has it. */
export function Listed({ slot, look, text, onType, onChoose, scanned, children }: Props) {
  const own = `${ids(slot.path).input}-list`;
  const [open, setOpen] = useState(false);
  const [found, setFound] = useState<Found | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  const [active, setActive] = useState(-1);
  const [chosen, setChosen] = useState<One | undefined>(undefined);
  /** What is looked for: nothing until something is typed, so that all can be seen of a field that is filled. */
  const [looked, setLooked] = useState('');
  const asked = useRef(0);
  useEffect(() => {
    if (!open) return;
    const turn = ++asked.current;
    const ask = async () => {
      const answer = await look(looked.trim()).catch(() => undefined);
      // A slow answer to what was typed before is no answer any more.
      if (turn !== asked.current) return;
      setFailed(answer === undefined);
      setFound(answer);
      setActive(-1);
    };
    const timer = setTimeout(() => void ask(), looked === '' ? 0 : QUIET_MS);
    return () => clearTimeout(timer);
  }, [open, looked]);
  const items = found?.items ?? [];
  const close = () => {
    setOpen(false);
    asked.current++;
  };
  const show = () => {
    setLooked('');
    setOpen(true);
  };
  const take = (one: One) => {
    onChoose(one);
    setChosen(one);
    close();
  };
  const key = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const one = items[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) return show();
      const by = event.key === 'ArrowDown' ? 1 : -1;
      setActive(items.length === 0 ? -1 : (Math.max(active, by > 0 ? -1 : 0) + by + items.length) % items.length);
    } else if (event.key === 'Enter' && open && one) {
      // It chooses, and sends nothing.
      event.preventDefault();
      event.stopPropagation();
      take(one);
    } else if (event.key === 'Escape' && open) {
      event.stopPropagation();
      close();
    }
  };
  const value = slot.value.value;
  return (
    <>
      <div class="number-row">
        <input
          type="text"
          role="combobox"
          aria-expanded={open}
          aria-controls={own}
          aria-autocomplete="list"
          {...(open && items[active] ? { 'aria-activedescendant': `${own}-${active}` } : {})}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="next"
          {...(scanned ? { 'data-scan': '1' } : {})}
          {...described(slot)}
          value={text}
          onInput={(event) => {
            onType(event.currentTarget.value);
            setLooked(event.currentTarget.value);
            setOpen(true);
          }}
          onKeyDown={key}
          onFocus={(event) => {
            event.currentTarget.select();
            show();
          }}
          onClick={() => !open && show()}
          onBlur={close}
        />
        {children}
      </div>
      <ul id={own} role="listbox" class="listed" hidden={!open || items.length === 0} aria-label={t('list.name')}>
        {items.map((one, at) => (
          <li
            key={one.key}
            id={`${own}-${at}`}
            role="option"
            aria-selected={one.key === value}
            class={at === active ? 'active' : undefined}
            // The input keeps the focus: it would close the list before the press counts.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(one)}
          >
            <strong>{one.key}</strong>
            {one.text && <span>{one.text}</span>}
          </li>
        ))}
      </ul>
      <p class="field-hint" role="status">
        {open ? heard(found, failed) : chosen?.key === value && chosen?.text}
      </p>
    </>
  );
}

/** What there is to say of the list. */
function heard(found: Found | undefined, failed: boolean): string | undefined {
  if (failed) return t('list.offline');
  if (!found) return undefined;
  if (found.items.length === 0) return t(found.offline ? 'list.none_offline' : 'list.none');
  if (found.offline) return t('list.before');
  return found.more ? t('list.more', { n: found.items.length }) : undefined;
}
