import { useEffect, useState } from 'preact/hooks';

import { get, isSignedOut, Refused } from '../core/api';
import { t } from '../core/i18n';
import { ended, session, signOut } from '../core/session';
import type { Session } from '../core/types';
import { Dialog } from '../ui/dialog';
import { keep } from '../core/keep';

/** Warned this long before. */
const WARN_S = 20;
/** The server only sees requests: it is told of activity so often at most. */
const TELL_MS = 30_000;

/** Signs out when nobody has touched the page for as long as the server allows. What was typed stays. */
export function Idle() {
  const [left, setLeft] = useState<number | undefined>(undefined);
  const idleS = session.value?.idle_s ?? 1800;
  useEffect(() => {
    let lastMs = performance.now();
    let toldMs = lastMs;
    const active = () => {
      lastMs = performance.now();
      setLeft(undefined);
      if (lastMs - toldMs > TELL_MS) {
        toldMs = lastMs;
        void stillThere();
      }
    };
    const tick = setInterval(() => {
      const rest = idleS - (performance.now() - lastMs) / 1000;
      if (rest <= 0) {
        clearInterval(tick);
        keep('signed-out-by-clock', true);
        void signOut().catch(() => undefined);
      } else if (rest <= WARN_S) setLeft(Math.ceil(rest));
    }, 1000);
    const events = ['pointerdown', 'keydown', 'input', 'wheel', 'touchstart'] as const;
    for (const name of events) addEventListener(name, active, { passive: true, capture: true });
    return () => {
      clearInterval(tick);
      for (const name of events) removeEventListener(name, active, { capture: true });
    };
  }, [idleS]);
  if (left === undefined) return null;
  return (
    <Dialog title={t('idle.title')} onClose={() => setLeft(undefined)}>
      <p>{t('idle.text', { n: left })}</p>
      <button type="button" class="button primary wide" onClick={() => setLeft(undefined)}>
        {t('idle.stay')}
      </button>
    </Dialog>
  );
}

async function stillThere(): Promise<void> {
  try {
    await get<Session>('/session');
  } catch (error) {
    if (isSignedOut(error)) ended((error as Refused).problem);
  }
}
