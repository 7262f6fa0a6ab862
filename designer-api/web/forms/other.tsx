import { t } from '../core/i18n';
import { session } from '../core/session';
import { personName } from '../core/site';
import { said } from '../ui/said';
import { Icon } from '../ui/icons';
import type { Slot } from './state';

/** Two people have typed into the same field: both answers are shown until one of them is chosen. */
export function OtherAnswer({ slot }: { slot: Slot }) {
  const other = slot.other.value;
  if (!other) return null;
  const me = session.value?.person.id;
  const who = other.person === null || other.person === me ? t('other.device') : personName(other.person);
  return (
    <div class="other" role="group" aria-label={t('other.title')}>
      <p>
        <Icon name="people" size={24} />
        {t('other.typed', { who, value: said(other.value) })}
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
