import { useState } from 'preact/hooks';

import { Refused } from '../core/api';
import { now } from '../core/clock';
import { duration, t } from '../core/i18n';
import { lapsed, leave, session, signIn } from '../core/session';
import { Credentials, secretOf, type Given } from '../ui/credentials';
import { Dialog } from '../ui/dialog';
import { words } from '../ui/notices';

/** The session has ended while someone was at the page: the same person comes back to it as it was. Until then nobody
 *  sees it. */
export function Lapsed() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [lockedUntil, setLockedUntil] = useState(0);
  const out = lapsed.value;
  const person = session.value?.person;
  if (!out || !person) return null;
  const locked = lockedUntil - now.value;
  const give = async (given: Given) => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(secretOf(given, person.id));
    } catch (error) {
      const retry = error instanceof Refused ? error.problem.retry_after_s : undefined;
      if (retry !== undefined) setLockedUntil(now.value + retry * 1000);
      setProblem(words(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('lapsed.title')} onClose={() => undefined} hides>
      <p>{t('lapsed.text', { name: person.name })}</p>
      <Credentials
        ways={out.ways.length > 0 ? out.ways : ['password']}
        person={person.id}
        busy={busy || locked > 0}
        doLabel={t('sign_in.do')}
        problem={locked > 0 ? t('sign_in.locked', { left: duration(locked) }) : problem}
        onGiven={(given) => void give(given)}
      />
      <button type="button" class="button quiet wide" onClick={leave}>
        {t('lapsed.other')}
      </button>
    </Dialog>
  );
}
