/** What the pages say, by the keys of their own words: a test finds a button by what a person reads on it. */
import { addWords, language as current, t, type Key, type Language, type Values } from '../../core/i18n';
import { pages as en } from '../../core/locales/pages.en';
import { pages as zh } from '../../core/locales/pages.zh';

addWords({ en, zh });

export type { Key, Values };

export function word(language: Language, key: Key, values: Values = {}): string {
  const before = current.peek();
  current.value = language;
  try {
    return t(key, values);
  } finally {
    current.value = before;
  }
}
