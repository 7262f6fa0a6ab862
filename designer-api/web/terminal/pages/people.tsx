import { useEffect, useState } from 'preact/hooks';

import { get } from '../../core/api';
import { t } from '../../core/i18n';
import { may, session } from '../../core/session';
import { loadPeople, roleTitle } from '../../core/site';
import type { List, PersonDetail } from '../../core/types';
import { Icon, type IconName } from '../../ui/icons';
import { words } from '../../ui/notices';
import { PersonDialog } from './person';
import './people.css';
import '../words';

/** A search helps from so many people on. */
const SEARCHED_FROM = 8;

/** Who may sign in, and what they may do. For administrators. */
export function People() {
  const [people, setPeople] = useState<PersonDetail[] | undefined>(undefined);
  const [editing, setEditing] = useState<PersonDetail | 'new' | undefined>(undefined);
  const [search, setSearch] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const load = () => allPeople().then(setPeople, (error: unknown) => setProblem(words(error)));
  useEffect(() => void load(), []);
  if (!may('admin')) return <p class="empty">{t('station.admin')}</p>;
  const done = () => {
    setEditing(undefined);
    void load();
    void loadPeople().catch(() => undefined);
  };
  const word = search.trim().toLowerCase();
  const found = people?.filter(
    (person) => !word || [person.id, person.name, ...person.roles.map(roleTitle)].some((text) => text.toLowerCase().includes(word)),
  );
  return (
    <div class="page">
      <h1>{t('people.title')}</h1>
      {problem && (
        <p class="banner bad" role="alert">
          {problem}
        </p>
      )}
      <div class="people-head">
        {people && people.length >= SEARCHED_FROM && (
          <label class="stacked">
            {t('runs.search')}
            <input type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
          </label>
        )}
        <button type="button" class="button primary" onClick={() => setEditing('new')}>
          <Icon name="plus" size={26} />
          {t('people.add')}
        </button>
      </div>
      {!people && !problem && <p class="loading">{t('loading')}</p>}
      {found?.length === 0 && <p class="empty">{t('people.none')}</p>}
      <ul class="people">
        {found?.map((person) => (
          <li key={person.id}>
            <Line person={person} onOpen={() => setEditing(person)} />
          </li>
        ))}
      </ul>
      {editing && (
        <PersonDialog
          person={editing === 'new' ? undefined : editing}
          isSelf={editing !== 'new' && editing.id === session.value?.person.id}
          onDone={done}
          onClose={() => setEditing(undefined)}
        />
      )}
    </div>
  );
}

async function allPeople(): Promise<PersonDetail[]> {
  const people: PersonDetail[] = [];
  let after: string | null = '';
  while (after !== null) {
    const page: List<PersonDetail> = await get<List<PersonDetail>>(
      `/people?limit=1000${after ? `&after=${encodeURIComponent(after)}` : ''}`,
    );
    people.push(...page.items);
    after = page.next;
  }
  return people;
}

function Line({ person, onOpen }: { person: PersonDetail; onOpen(): void }) {
  const isActive = person.active !== false;
  const given = person.rights.filter((right) => right !== 'read' && right !== 'work');
  return (
    <button type="button" class={`person${isActive ? '' : ' person-gone'}`} onClick={onOpen}>
      <Icon name="person" size={28} />
      <span class="person-name">
        <strong>{person.name}</strong>
        <span class="optional">{person.id}</span>
      </span>
      <span class="person-facts">
        <span>{person.roles.map(roleTitle).join(', ') || t('people.none_roles')}</span>
        {given.map((right) => (
          <span key={right} class="tag">
            <Icon name="lock" size={18} />
            {t(`right.${right}`)}
          </span>
        ))}
        {!isActive && <span class="tag">{t('people.gone')}</span>}
      </span>
      {isActive && (
        <span class="person-ways">
          <WayMark icon="scan" has={person.has_badge} name={t('sign_in.by_badge')} />
          <WayMark icon="keypad" has={person.has_pin} name={t('sign_in.by_pin')} />
          <WayMark icon="lock" has={person.has_password} name={t('sign_in.by_password')} />
        </span>
      )}
      <Icon name="next" size={26} />
    </button>
  );
}

/** Which ways to sign in there are; never what they are. */
function WayMark({ icon, has, name }: { icon: IconName; has: boolean | undefined; name: string }) {
  return has ? (
    <span class="tag plain">
      <Icon name={icon} size={18} />
      {name}
    </span>
  ) : null;
}
