import { useState } from 'preact/hooks';

import { post, Refused } from '../../core/api';
import { language, t } from '../../core/i18n';
import { go } from '../../core/route';
import { loadSession, session, signIn } from '../../core/session';
import { Icon } from '../../ui/icons';
import { words } from '../../ui/notices';
import { Preferences } from '../shell';
import '../words';

const PASSWORD_CHARACTERS_MIN = 10;

/** The first person, by the link that the server printed. The code is behind `#`: it reaches no log on its way. */
export function Setup() {
  const [code] = useState(() => location.hash.slice(1));
  const [person, setPerson] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(code ? undefined : t('setup.no_code'));
  const submit = async (event: Event) => {
    event.preventDefault();
    if (password !== repeated) return setProblem(t('setup.differ'));
    setBusy(true);
    setProblem(undefined);
    try {
      await post('/setup', { code, person: person.trim(), name: name.trim(), password, language: language.value });
      history.replaceState(null, '', '/setup');
      await loadSession();
      if (!session.value) await signIn({ person: person.trim(), password });
      go('/welcome');
    } catch (error) {
      setBusy(false);
      const used = error instanceof Refused && error.problem.status === 410;
      setProblem(used ? t('setup.used') : refusedWords(error));
    }
  };
  return (
    <main class="sign-in" id="content">
      <section class="card">
        <p class="brand">
          <Icon name="floor" size={36} /> {t('app.name')}
        </p>
        <h1>{t('setup.title')}</h1>
        <p>{t('setup.text')}</p>
        <form onSubmit={(event) => void submit(event)}>
          <Line label={t('setup.name')} value={name} set={setName} autocomplete="name" />
          <Line label={t('setup.id')} value={person} set={setPerson} autocomplete="username" />
          <Line label={t('setup.password')} value={password} set={setPassword} autocomplete="new-password" secret />
          <Line label={t('setup.repeat')} value={repeated} set={setRepeated} autocomplete="new-password" secret />
          {problem && (
            <p class="field-refusal" role="alert">
              <Icon name="late" size={22} />
              {problem}
            </p>
          )}
          <button type="submit" class="button primary wide" disabled={busy || !code}>
            {t('setup.do')}
          </button>
        </form>
        {problem && <a href="/">{t('sign_in.title')}</a>}
      </section>
      <Preferences />
    </main>
  );
}

interface LineProps {
  label: string;
  value: string;
  set(value: string): void;
  autocomplete: string;
  secret?: boolean;
}

function Line({ label, value, set, autocomplete, secret }: LineProps) {
  return (
    <label class="stacked">
      {label}
      <input
        required
        {...(secret ? { type: 'password', minLength: PASSWORD_CHARACTERS_MIN } : { type: 'text' })}
        autocomplete={autocomplete}
        autocapitalize="off"
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  );
}

function refusedWords(error: unknown): string {
  const fields = error instanceof Refused ? error.problem.fields : undefined;
  return fields && fields.length > 0 ? fields.map((field) => field.message).join(' ') : words(error);
}
