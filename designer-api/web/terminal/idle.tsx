import { useEffect, useState } from 'preact/hooks';

import { t } from '../core/i18n';
import { lapsed, loadSession, seen, session, signOutIdle } from '../core/session';
import { Dialog } from '../ui/dialog';
import { keep } from '../core/keep';

/** Warned this long before, and never for most of the time that there is. */
const WARN_S_MAX = 20;
/** The server only sees requests: it is told of activity so often at most. */
const TELL_MS_MAX = 30_000;

/** Signs out when nobody has touched the page for as long as the server allows. What was typed stays. */
export function Idle() {
  const [left, setLeft] = useState<number | undefined>(undefined);
  const idleS = session.value?.idle_s ?? 1800;
  useEffect(() => {
    let lastMs = performance.now();
    let toldMs = lastMs;
    const tellMs = Math.min(TELL_MS_MAX, (idleS * 1000) / 8);
    const active = () => {
      lastMs = performance.now();
      setLeft(undefined);
      if (lastMs - toldMs > tellMs) {
        toldMs = lastMs;
        seen();
        void loadSession().catch(() => undefined);
      }
    };
    let ending = false;
    const end = async () => {
      ending = true;
      setLeft(undefined);
      if (session.peek()?.station) keep('signed-out-by-clock', true);
      await signOutIdle();
      ending = false;
    };
    const tick = setInterval(() => {
      if (lapsed.peek()) lastMs = performance.now();
      if (lapsed.peek() || ending) return;
      // Before the server does, which may not know of the last touches.
      const rest = idleS - tellMs / 1000 - (performance.now() - lastMs) / 1000;
      if (rest <= 0) void end();
      else if (rest <= Math.min(WARN_S_MAX, idleS / 3)) setLeft(Math.ceil(rest));
    }, 1000);
    // A tablet that slept does not know for how long.
    const woken = () => {
      if (document.visibilityState === 'visible' && !lapsed.peek()) void loadSession().catch(() => undefined);
    };
    document.addEventListener('visibilitychange', woken);
    const events = ['pointerdown', 'keydown', 'input', 'wheel', 'touchstart'] as const;
    for (const name of events) addEventListener(name, active, { passive: true, capture: true });
    return () => {
      clearInterval(tick);
      document.removeEventListener('visibilitychange', woken);
      for (const name of events) removeEventListener(name, active, { capture: true });
    };
  }, [idleS]);
  if (left === undefined || lapsed.value) return null;
  return (
    <Dialog title={t('idle.title')} onClose={() => setLeft(undefined)}>
      <p>{t('idle.text', { n: left })}</p>
      <button type="button" class="button primary wide" onClick={() => setLeft(undefined)}>
        {t('idle.stay')}
      </button>
    </Dialog>
  );
}
