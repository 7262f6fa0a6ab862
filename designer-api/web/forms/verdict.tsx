import { t, type Key } from '../core/i18n';
import type { Verdict } from '../core/types';
import { Icon } from '../ui/icons';

export const VERDICT_WORDS: Record<Verdict, Key> = {
  ok: 'verdict.ok',
  not_ok: 'verdict.not_ok',
  not_decidable: 'verdict.not_decidable',
  undefined: 'verdict.undefined',
};

/** Colour, picture and word: no one of them alone. */
export function VerdictBadge({ verdict, small }: { verdict: Verdict; small?: boolean }) {
  return (
    <span class={`verdict verdict-${verdict}${small ? ' small' : ''}`}>
      <Icon name={verdict} size={small ? 18 : 26} />
      {t(VERDICT_WORDS[verdict])}
    </span>
  );
}
