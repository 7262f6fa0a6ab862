import { useEffect, useState } from 'preact/hooks';

import { get } from '../../../core/api';
import { now } from '../../../core/clock';
import { duration, say, t } from '../../../core/i18n';
import type { FieldOf, SignalView } from '../../../core/types';
import { unitName } from '../../../core/units';
import { Icon } from '../../../ui/icons';
import { said } from '../../../ui/said';
import type { Slot } from '../../state';
import { rangeWords } from '../numeric';

/** Signals are no news of the event stream: there they would be most of it. */
const ASKED_AGAIN_MS = 3000;
/** A reading that is younger is as good as this very moment. */
const JUST_NOW_MS = 5000;

/** `signal`: nobody types it. What the machine says now is shown; the server keeps what it says at the moment at which
 *  the form is sent. */
export function Signal({ slot }: { slot: Slot<FieldOf<'signal'>> }) {
  const { field } = slot;
  const [view, setView] = useState<SignalView | 'unreached' | undefined>(undefined);
  useEffect(() => {
    let ended = false;
    const ask = async () => {
      if (document.visibilityState !== 'visible') return;
      const answer = await get<SignalView>(`/signals/${encodeURIComponent(field.from)}`).catch(() => 'unreached' as const);
      if (!ended) setView(answer);
    };
    void ask();
    const timer = setInterval(() => void ask(), ASKED_AGAIN_MS);
    return () => {
      ended = true;
      clearInterval(timer);
    };
  }, []);
  const range = rangeWords(field);
  return (
    <div class="field field-signal" data-field={slot.path}>
      <div class="field-head">
        <span class="field-title">
          <Icon name="station" size={26} /> {say(field.title)}
        </span>
      </div>
      {range && <div class="field-aside">{range}</div>}
      <output class="computed" aria-live="off">
        {typeof view === 'object' && view.value !== null ? `${said(view.value)} ${unitOf(field, view)}`.trim() : '–'}
      </output>
      <p class="field-hint">
        {view === 'unreached' ? t('signal.unreached') : view && heard(view)} · {t('signal.sent')}
      </p>
    </div>
  );
}

function unitOf(field: FieldOf<'signal'>, view: SignalView): string {
  return field.unit_symbol ?? unitName(field.unit ?? view.unit ?? undefined);
}

/** How good it is, and how old. */
function heard({ value, quality, read_at, stale }: SignalView): string {
  if (value === null || read_at === null) return t('signal.never');
  const age_ms = now.value - Date.parse(read_at);
  const age = age_ms < JUST_NOW_MS ? t('signal.now') : t('signal.age', { age: duration(age_ms) });
  const doubts = [stale && t('signal.stale'), quality !== 'good' && t('signal.bad')];
  return [age, ...doubts.filter((doubt) => doubt !== false)].join(' · ');
}
