import { useEffect, useState } from 'preact/hooks';

import { get, post, put, Refused, remove } from '../../core/api';
import { LANGUAGES, t } from '../../core/i18n';
import { session } from '../../core/session';
import { loadPeople, roleTitle, site } from '../../core/site';
import type { List, Person } from '../../core/types';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icons';
import { words } from '../../ui/notices';
import '../words';

/** Who may sign in, and what they may do. For administrators. */
export function People() {
  const [people, setPeople] = useState<Person[]>([]);
  const [editing, setEditing] = useState<Person | 'new' | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const load = () =>
    get<List<Person>>('/people?limit=1000').then(
      (list) => setPeople(list.items),
      (error: unknown) => setProblem(words(error)),
    );
  useEffect(() => void load(), []);
  const done = () => {
    setEditing(undefined);
    void load();
    void loadPeople();
  };
  return (
    <div class="page">
      <h1>{t('people.title')}</h1>
      {problem && <p class="banner bad">{problem}</p>}
      <button type="button" class="button primary" onClick={() => setEditing('new')}>
        <Icon name="plus" size={26} />
        {t('people.add')}
      </button>
      <ul class="run-list">
        {people.map((person) => (
          <li key={person.id}>
            <button type="button" class="run-line" onClick={() => setEditing(person)}>
              <Icon name="person" size={28} />
              <span class="run-name">
                <strong>{person.name}</strong>
                <span class="optional">{person.id}</span>
              </span>
              <span class="run-facts">
                <span>{person.roles.map(roleTitle).join(', ') || t('people.none_roles')}</span>
              </span>
              <span>{t('people.edit')}</span>
            </button>
          </li>
        ))}
      </ul>
      {editing && (
        <Edit
          person={editing === 'new' ? undefined : editing}
          onDone={done}
          onClose={() => setEditing(undefined)}
        />
      )}
    </div>
  );
}

interface EditProps {
  person: Person | undefined;
  onDone(): void;
  onClose(): void;
}

function Edit({ person, onDone, onClose }: EditProps) {
  const [roles, setRoles] = useState<string[]>(person?.roles ?? []);
  const [admin, setAdmin] = useState(person?.rights.includes('admin') ?? false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const change = async (work: Promise<unknown>) => {
    try {
      await work;
      onDone();
    } catch (error) {
      const fields = error instanceof Refused ? error.problem.fields : undefined;
      setProblem(fields?.map((field) => field.message).join(' ') || words(error));
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const given = Object.fromEntries(
      [...form].filter(([, value]) => typeof value === 'string' && value.trim() !== ''),
    );
    const body = { ...given, roles, rights: admin ? ['read', 'work', 'admin'] : ['read', 'work'] };
    const where = `/people/${encodeURIComponent(person?.id ?? '')}`;
    void change(person ? put(where, body) : post('/people', body));
  };
  const toggle = (role: string) =>
    setRoles(roles.includes(role) ? roles.filter((one) => one !== role) : [...roles, role]);
  const secret = person ? t('people.unchanged') : '';
  return (
    <Dialog title={person ? person.name : t('people.add')} onClose={onClose}>
      <form onSubmit={submit}>
        {!person && (
          <label class="stacked">
            {t('people.id')}
            <input name="id" required autocapitalize="off" autocomplete="off" />
          </label>
        )}
        <label class="stacked">
          {t('people.name')}
          <input name="name" required autocomplete="off" defaultValue={person?.name ?? ''} />
        </label>
        <fieldset class="plain">
          <legend>{t('people.roles')}</legend>
          <div class="options options-list compact">
            {site.value.roles.map((role) => (
              <label key={role.id} class={`option tone-plain${roles.includes(role.id) ? ' chosen' : ''}`}>
                <input type="checkbox" checked={roles.includes(role.id)} onChange={() => toggle(role.id)} />
                <span class="box">{roles.includes(role.id) && <Icon name="ok" size={24} />}</span>
                <span>{role.title}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <label class={`option tone-plain${admin ? ' chosen' : ''}`}>
          <input type="checkbox" checked={admin} onChange={() => setAdmin(!admin)} />
          <span class="box">{admin && <Icon name="ok" size={24} />}</span>
          <span>{t('people.admin')}</span>
        </label>
        <label class="stacked">
          {t('people.badge')}
          <input name="badge" autocomplete="off" data-scan="1" placeholder={secret} />
        </label>
        <label class="stacked">
          {t('people.pin')}
          <input name="pin" inputMode="numeric" autocomplete="off" placeholder={secret} />
        </label>
        <label class="stacked">
          {t('people.password')}
          <input name="password" type="password" autocomplete="new-password" placeholder={secret} />
        </label>
        <label class="stacked">
          {t('people.language')}
          <select name="language" defaultValue={person?.language ?? ''}>
            <option value="">–</option>
            {LANGUAGES.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {problem && (
          <p class="field-refusal" role="alert">
            <Icon name="late" size={22} />
            {problem}
          </p>
        )}
        <button type="submit" class="button primary wide">
          {t('people.save')}
        </button>
        {person && person.id !== session.value?.person.id && (
          <button
            type="button"
            class="button danger wide"
            onClick={() => void change(remove(`/people/${encodeURIComponent(person.id)}`))}
          >
            {t('people.remove')}
          </button>
        )}
        <button type="button" class="button wide" onClick={onClose}>
          {t('cancel')}
        </button>
      </form>
    </Dialog>
  );
}
