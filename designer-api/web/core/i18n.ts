/** Words in the reader's language. The keys are those of `locales/en.ts`; the compiler misses none in the others. */
import { signal } from '@preact/signals';

import { cut } from './clock';
import { keep, kept } from './keep';
import { en } from './locales/en';
import type { pages } from './locales/pages.en';
import { zh } from './locales/zh';
import type { Text } from './types';

export type Language = 'en' | 'zh';
export type Key = keyof typeof en | keyof typeof pages;
export type Values = Record<string, string | number>;

export const LANGUAGES: { id: Language; name: string }[] = [
  { id: 'en', name: 'English' },
  { id: 'zh', name: '中文' },
];

const WORDS: Record<Language, Partial<Record<Key, string>>> = { en, zh };

/** Words that only some pages need come with those pages. */
export function addWords(words: Record<Language, Partial<Record<Key, string>>>): void {
  for (const { id } of LANGUAGES) Object.assign(WORDS[id], words[id]);
}

export const language = signal<Language>(firstLanguage());

function firstLanguage(): Language {
  const chosen = kept<string>('language');
  if (isLanguage(chosen)) return chosen;
  const tags = typeof navigator === 'undefined' ? [] : navigator.languages;
  return tags.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en';
}

export function isLanguage(tag: unknown): tag is Language {
  return tag === 'en' || tag === 'zh';
}

export function setLanguage(to: Language): void {
  language.value = to;
  keep('language', to);
  document.documentElement.lang = to === 'zh' ? 'zh-CN' : 'en';
}

const plurals = { en: new Intl.PluralRules('en'), zh: new Intl.PluralRules('zh') };

/** `{name}` shows a value; `one|many` picks by the value `n`. */
export function t(key: Key, values: Values = {}): string {
  let text = WORDS[language.value][key] ?? key;
  if (text.includes('|')) {
    const [one = text, many = one] = text.split('|');
    text = plurals[language.value].select(Number(values['n'])) === 'one' ? one : many;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A text of an app in the reader's language. */
export function say(text: Text | undefined): string {
  return text ? (text[language.value] ?? text.default) : '';
}

/** `19:42`, `3 h 12 min`, `2 d 4 h`. */
export function duration(ms: number): string {
  const left = cut(ms);
  switch (left.unit) {
    case 'clock':
      return `${left.minutes}:${String(left.seconds).padStart(2, '0')}`;
    case 'hours':
      return t('time.hours', { h: left.hours, min: left.minutes });
    case 'days':
      return t('time.days', { d: left.days, h: left.hours });
  }
}

const tags = { en: 'en-GB', zh: 'zh-CN' };

/** A moment at the site, as short as can be: only the time when it is today, the year when it is another. */
export function moment(iso: string, zone: string | undefined, today: number): string {
  const at = new Date(iso);
  const options = { ...(zone ? { timeZone: zone } : {}), hourCycle: 'h23' as const };
  const day = (date: Date) => date.toLocaleDateString('en-CA', options);
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  if (day(at) === day(new Date(today))) return at.toLocaleTimeString(tags[language.value], { ...options, ...time });
  const year = day(at).slice(0, 4) === day(new Date(today)).slice(0, 4) ? {} : ({ year: 'numeric' } as const);
  return at.toLocaleString(tags[language.value], { ...options, ...time, ...year, day: 'numeric', month: 'short' });
}

/** `2026-11-05`, or a moment on that day by the site's clock, as `Thursday, 5 November 2026`; `''` for what is none. */
export function dayInWords(local: string): string {
  const at = new Date(`${local.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return '';
  return at.toLocaleDateString(tags[language.value], { timeZone: 'UTC', dateStyle: 'full' });
}

/** With the day and the seconds: for records. */
export function fullMoment(iso: string, zone: string | undefined): string {
  return new Date(iso).toLocaleString(tags[language.value], {
    ...(zone ? { timeZone: zone } : {}),
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}
