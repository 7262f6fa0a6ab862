import { useEffect, useState } from 'preact/hooks';

import { online, Refused } from '../../core/api';
import { now } from '../../core/clock';
import { duration, t } from '../../core/i18n';
import { forget, kept } from '../../core/keep';
import { recent, signedOut, signIn } from '../../core/session';
import { roleTitle } from '../../core/site';
import type { DemoPerson } from '../../core/types';
import { Credentials, secretOf, type Given } from '../../ui/credentials';
import { Icon } from '../../ui/icons';
import { words } from '../../ui/notices';
import { Preferences } from '../shell';

export function SignIn() {
  const { station, ways, setup_needed, demo = [] } = signedOut.value;
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
    <main class={demo.length > 0 ? 'sign-in with-demo' : 'sign-in'} id="content">
      {!online.value && (
        <p class="banner bad" role="status">
          <Icon name="offline" size={26} />
          <span>{t('error.unreachable')}</span>
        </p>
      )}
      <section class="card">
        <p class="brand">
          <Icon name="floor" size={36} /> {t('app.name')}
        </p>
        <h1>{station ? t('sign_in.at', { station: station.title }) : t('sign_in.title')}</h1>
        {byClock && (
          <p class="banner">
            <Icon name="saved" size={26} />
            <span>{t('sign_in.kept')}</span>
          </p>
        )}
        {setup_needed && (
          <p class="banner">
            <Icon name="info" size={26} />
            <span>{t('sign_in.setup')}</span>
          </p>
        )}
        <Credentials
          ways={ways.length > 0 ? ways : ['password']}
          people={station ? recent() : []}
          busy={busy || locked > 0}
          doLabel={t('sign_in.do')}
          problem={locked > 0 ? t('sign_in.locked', { left: duration(locked) }) : problem}
          onGiven={(given) => void give(given)}
        />
        {station && (
          <a class="button quiet wide" href="/floor">
            <Icon name="floor" size={26} />
            {t('sign_in.floor')}
          </a>
        )}
      </section>
      {demo.length > 0 && <Demo people={demo} busy={busy} onChosen={(given) => void give(given)} />}
      <Preferences />
    </main>
  );
}

interface DemoProps {
  people: DemoPerson[];
  busy: boolean;
  onChosen(given: Given): void;
}

/** People that the server made up: one touch signs in, and how they would do it otherwise is there to be tried. */
function Demo({ people, busy, onChosen }: DemoProps) {
  return (
    <section class="card demo" aria-labelledby="demo">
      <h2 id="demo">{t('demo.title')}</h2>
      <p>{t('demo.text')}</p>
      <ul>
        {people.map(({ person, name, roles, rights, password, pin, badge }) => (
          <li key={person}>
            <button
              type="button"
              class="button demo-person"
              disabled={busy}
              onClick={() => onChosen({ way: 'password', person, secret: password })}
            >
              <Icon name="person" size={32} />
              <span>
                <strong>{name}</strong>
                <span class="optional">
                  {[...roles.map(roleTitle), ...rights.filter((right) => right === 'admin').map(() => t('demo.admin'))].join(', ')}
                </span>
              </span>
            </button>
            <span class="optional">{t('demo.secrets', { id: person, password, pin, badge })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
