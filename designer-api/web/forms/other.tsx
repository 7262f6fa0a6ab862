import { t } from '../core/i18n';
import { session } from '../core/session';
import { whose, words } from '../terminal/leftovers';
import { Icon } from '../ui/icons';
import type { Slot } from './state';

/** Two people have typed into the same field: both answers are shown until one of them is chosen. */
export function OtherAnswer({ slot }: { slot: Slot }) {
  const other = slot.other.value;
  if (!other) return null;
  return (
    <div class="other" role="group" aria-label={t('other.title')}>
      <p>
        <Icon name="people" size={24} />
        {t('other.typed', { who: whose(other.person, session.value?.person.id ?? ''), value: words(other.value) })}
      </p>
      <div class="side-by-side">
        <button type="button" class="button" onClick={() => slot.settle('own')}>
          {t('other.keep')}
        </button>
        <button type="button" class="button" onClick={() => slot.settle('other')}>
          {t('other.take')}
        </button>
      </div>
    </div>
  );
}
