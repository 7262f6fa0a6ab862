import { useEffect, useState } from 'preact/hooks';

import { Refused } from '../../core/api';
import { now } from '../../core/clock';
import { duration, t } from '../../core/i18n';
import { forget, kept } from '../../core/keep';
import { recent, signedOut, signIn } from '../../core/session';
import { Credentials, secretOf, type Given } from '../../ui/credentials';
import { Icon } from '../../ui/icons';
import { words } from '../../ui/notices';
import { Preferences } from '../shell';

export function SignIn() {
  const { station, ways, setup_needed } = signedOut.value;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [lockedUntil, setLockedUntil] = useState(0);
  const [byClock] = useState(() => kept<boolean>('signed-out-by-clock') === true);
  useEffect(() => forget('signed-out-by-clock'), []);
  const locked = lockedUntil - now.value;
  const give = async (given: Given) => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(secretOf(given, given.person));
    } catch (error) {
      setBusy(false);
      const retry = error instanceof Refused ? error.problem.retry_after_s : undefined;
      if (retry !== undefined) setLockedUntil(now.value + retry * 1000);
      setProblem(words(error));
    }
  };
  return (
    <main class="sign-in" id="content">
      <section class="card">
        <p class="brand">
          <Icon name="floor" size={36} /> {t('app.name')}
        </p>
        <h1>{station ? t('sign_in.at', { station: station.title }) : t('sign_in.title')}</h1>
        {byClock && (
          <p class="banner">
            <Icon name="saved" size={26} />
            {t('sign_in.kept')}
          </p>
        )}
        {setup_needed ? (
          <p class="banner">
            <Icon name="info" size={26} />
            {t('sign_in.setup')}
          </p>
        ) : (
          <Credentials
            ways={ways.length > 0 ? ways : ['password']}
            people={station ? recent() : []}
            busy={busy || locked > 0}
            doLabel={t('sign_in.do')}
            problem={locked > 0 ? t('sign_in.locked', { left: duration(locked) }) : problem}
            onGiven={(given) => void give(given)}
          />
        )}
        {station && (
          <a class="button quiet wide" href="/floor">
            <Icon name="floor" size={26} />
            {t('sign_in.floor')}
          </a>
        )}
      </section>
      <Preferences />
    </main>
  );
}
