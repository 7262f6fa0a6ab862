import { useEffect, useRef, useState } from 'preact/hooks';

import { post, Refused } from '../../core/api';
import { language, t } from '../../core/i18n';
import { go } from '../../core/route';
import { loadSession, session, signIn } from '../../core/session';
import { Icon } from '../../ui/icons';
import { words } from '../../ui/notices';
import { Preferences } from '../shell';
import { Line, Problem, problemsOf, type Problems } from './lines';
import '../words';

/** The first person, by the link that the server printed. The code is behind `#`: it reaches no log on its way. */
export function Setup() {
  const [code] = useState(() => location.hash.slice(1));
  const [person, setPerson] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [busy, setBusy] = useState(false);
  const [used, setUsed] = useState(false);
  const [problems, setProblems] = useState<Problems>({});
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problems]);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    if (password !== repeated) return setProblems({ repeated: t('setup.differ') });
    setBusy(true);
    setProblems({});
    try {
      await post('/setup', { code, person: person.trim(), name: name.trim(), password, language: language.value });
      // The code is used up: it should not stay in the history.
      history.replaceState(null, '', '/setup');
      await loadSession();
      if (!session.value) await signIn({ person: person.trim(), password });
      go('/welcome');
    } catch (error) {
      setBusy(false);
      setUsed(error instanceof Refused && error.problem.status === 410);
      setProblems(error instanceof Refused ? setupProblems(error) : { '': words(error) });
    }
  };
  const shared = { problems };
  return (
    <main class="sign-in" id="content">
      <section class="card">
        <p class="brand">
          <Icon name="floor" size={36} /> {t('app.name')}
        </p>
        <h1>{t('setup.title')}</h1>
        {code ? (
          <>
            <p>{t('setup.text')}</p>
            <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
              {problems[''] && <Problem text={problems['']} />}
              <Line name="name" label={t('setup.name')} value={name} set={setName} autocomplete="name" {...shared} />
              <Line
                name="person"
                label={t('setup.id')}
                hint={t('people.id_hint')}
                value={person}
                set={setPerson}
                autocomplete="username"
                {...shared}
              />
              <Line name="password" label={t('people.password')} hint={t('people.password_hint')} value={password} set={setPassword} secret {...shared} />
              <Line name="repeated" label={t('setup.repeat')} value={repeated} set={setRepeated} secret {...shared} />
              <button type="submit" class="button primary wide" disabled={busy}>
                {t('setup.do')}
              </button>
            </form>
          </>
        ) : (
          <p class="banner">
            <Icon name="info" size={26} />
            <span>{t('setup.no_code')}</span>
          </p>
        )}
        {(used || !code) && (
          <a class="button wide" href="/">
            {t('sign_in.title')}
          </a>
        )}
      </section>
      <Preferences />
    </main>
  );
}

function setupProblems(error: Refused): Problems {
  if (error.problem.status === 410) return { '': t('setup.used') };
  if (error.problem.code === 'wrong-credentials') return { '': t('setup.wrong_code') };
  return problemsOf(error.problem);
}
