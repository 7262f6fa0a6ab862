import { useEffect, useRef, useState } from 'preact/hooks';

import { put, Refused } from '../../core/api';
import { t, type Key } from '../../core/i18n';
import { session } from '../../core/session';
import { roleTitle } from '../../core/site';
import { notify, words } from '../../ui/notices';
import { Line, Problem, problemsOf, type Problems } from './lines';
import '../words';

/** What a person changes of their own sign-in, without an administrator. */
export function Account() {
  const me = session.value?.person;
  if (!me) return null;
  return (
    <div class="page narrow">
      <h1>{me.name}</h1>
      <p>
        {me.id} · {me.roles.map(roleTitle).join(', ') || t('people.none_roles')}
        {me.rights
          .filter((right) => right !== 'read' && right !== 'work')
          .map((right) => ` · ${t(`right.${right}`)}`)
          .join('')}
      </p>
      <Change
        title="account.pin"
        path="/session/pin"
        proof="password"
        lines={[{ name: 'pin', label: 'account.new_pin', hint: 'people.pin_hint', digits: true }]}
      />
      <Change
        title="account.password"
        path="/session/password"
        proof="old"
        lines={[{ name: 'new', label: 'account.new_password', hint: 'people.password_hint' }]}
      />
    </div>
  );
}

interface ChangeProps {
  title: Key;
  path: string;
  /** The member that holds the password of today. */
  proof: string;
  lines: { name: string; label: Key; hint: Key; digits?: boolean }[];
}

function Change({ title, path, proof, lines }: ChangeProps) {
  const [values, setValues] = useState<Record<string, string>>({});
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problems]);
  const all = [{ name: proof, label: 'account.password_now' as Key }, ...lines];
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    try {
      await put(path, Object.fromEntries(all.map(({ name }) => [name, values[name] ?? ''])));
      setValues({});
      setProblems({});
      notify(t('account.done'));
    } catch (error) {
      setProblems(problemsOfChange(error, proof));
    }
    setBusy(false);
  };
  return (
    <section>
      <h2>{t(title)}</h2>
      <form ref={form} class="credentials" onSubmit={(event) => void submit(event)} noValidate>
        {problems[''] && <Problem text={problems['']} />}
        {all.map((line) => (
          <Line
            key={line.name}
            name={line.name}
            label={t(line.label)}
            {...('hint' in line ? { hint: t(line.hint) } : {})}
            {...('digits' in line && line.digits ? { digits: true } : {})}
            value={values[line.name] ?? ''}
            set={(value) => setValues({ ...values, [line.name]: value })}
            problems={problems}
            secret
            autocomplete={line.name === proof ? 'current-password' : 'new-password'}
          />
        ))}
        <button type="submit" class="button primary wide" disabled={busy || all.some(({ name }) => !values[name])}>
          {t('people.save')}
        </button>
      </form>
    </section>
  );
}

function problemsOfChange(error: unknown, proof: string): Problems {
  if (!(error instanceof Refused)) return { '': words(error) };
  // It is the password of today that was wrong.
  if (error.problem.code === 'wrong-credentials') return { [proof]: error.problem.detail };
  return problemsOf(error.problem);
}
