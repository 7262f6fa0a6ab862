import { useEffect, useRef, useState } from 'preact/hooks';

import { post, put, Refused, remove } from '../../core/api';
import { LANGUAGES, t, type Key } from '../../core/i18n';
import { site } from '../../core/site';
import type { Json, PersonDetail, Right } from '../../core/types';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icons';
import { words } from '../../ui/notices';
import { Line, Problem, problemsOf, type Problems } from './lines';
import '../words';

/** What is given to a person; everybody reads and works. */
const RIGHTS: Exclude<Right, 'read' | 'work'>[] = ['supervise', 'author', 'admin'];

const WAYS = ['badge', 'pin', 'password'] as const;
type WayName = (typeof WAYS)[number];

/** `undefined` stays as it is, `null` is taken away. */
type Credential = string | null | undefined;

interface Props {
  person: PersonDetail | undefined;
  /** Nobody takes away their own right to set up people. */
  isSelf: boolean;
  onDone(): void;
  onClose(): void;
}

/** One person: names, roles, rights, ways to sign in. What is wrong is told beside what it is about. */
export function PersonDialog({ person, isSelf, onDone, onClose }: Props) {
  const [id, setId] = useState(person?.id ?? '');
  const [name, setName] = useState(person?.name ?? '');
  const [language, setLanguage] = useState(person?.language ?? '');
  const [roles, setRoles] = useState<string[]>(person?.roles ?? []);
  const [rights, setRights] = useState<Right[]>(person?.rights ?? ['read', 'work']);
  const [ways, setWays] = useState<Record<WayName, Credential>>({ badge: undefined, pin: undefined, password: undefined });
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const [dropping, setDropping] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problems]);
  const change = async (work: () => Promise<unknown>) => {
    if (busy) return;
    setBusy(true);
    try {
      await work();
      onDone();
    } catch (error) {
      setProblems(refused(error, person === undefined && ways.badge === undefined));
      setBusy(false);
      setLeaving(false);
    }
  };
  const typed = JSON.stringify({ id, name, language, roles, rights, ways });
  const before = useRef(typed);
  // Escape is pressed by accident too, and somebody who has typed a whole person must not begin again.
  const cancel = () => (typed === before.current ? onClose() : setDropping(true));
  const submit = (event: Event) => {
    event.preventDefault();
    const given = Object.fromEntries(WAYS.map((way) => [way, ways[way]]).filter(([, value]) => value !== undefined && value !== ''));
    const body: Record<string, Json> = { name: name.trim(), roles, rights, language: language || null, ...given };
    if (!person && !language) delete body['language'];
    void change(() => (person ? put(`/people/${encodeURIComponent(person.id)}`, body) : post('/people', { id: id.trim(), ...body })));
  };
  const shared = { problems };
  if (person?.active === false) {
    return (
      <Dialog title={person.name} onClose={onClose}>
        <p>{t('people.back_text')}</p>
        {problems[''] && <Problem text={problems['']} />}
        <button
          type="button"
          class="button wide"
          disabled={busy}
          onClick={() => void change(() => put(`/people/${encodeURIComponent(person.id)}`, { active: true }))}
        >
          {t('people.back')}
        </button>
        <button type="button" class="button wide" onClick={onClose}>
          {t('back')}
        </button>
      </Dialog>
    );
  }
  if (leaving && person) {
    return (
      <Dialog title={t('people.remove')} onClose={() => setLeaving(false)}>
        <p>{t('people.remove_text', { name: person.name })}</p>
        <button
          type="button"
          class="button danger wide"
          disabled={busy}
          onClick={() => void change(() => remove(`/people/${encodeURIComponent(person.id)}`))}
        >
          {t('people.remove')}
        </button>
        <button type="button" class="button wide" onClick={() => setLeaving(false)}>
          {t('back')}
        </button>
      </Dialog>
    );
  }
  return (
    <Dialog title={person ? person.name : t('people.add')} onClose={cancel}>
      <form ref={form} onSubmit={submit} noValidate>
        {!person && <Line name="id" label={t('people.id')} hint={t('people.id_hint')} value={id} set={setId} {...shared} />}
        <Line name="name" label={t('people.name')} value={name} set={setName} {...shared} />
        <Choices
          name="roles"
          legend={t('people.roles')}
          options={site.value.roles.map((role) => ({ id: role.id, title: role.title }))}
          chosen={roles}
          set={setRoles}
          {...shared}
        />
        <Choices
          name="rights"
          legend={t('people.rights')}
          options={RIGHTS.map((right) => ({
            id: right,
            title: t(`right.${right}`),
            hint: t(`right.${right}_hint`),
            fixed: isSelf && right === 'admin',
          }))}
          chosen={rights}
          set={(to) => setRights(to as Right[])}
          {...shared}
        />
        <fieldset class="plain ways-set">
          <legend>{t('people.ways')}</legend>
          {WAYS.map((way) => (
            <WayLine
              key={way}
              way={way}
              has={person?.[`has_${way}`] ?? false}
              value={ways[way]}
              set={(value) => setWays({ ...ways, [way]: value })}
              {...shared}
            />
          ))}
        </fieldset>
        <label class="stacked">
          {t('people.language')}
          <select value={language} onChange={(event) => setLanguage(event.currentTarget.value)}>
            <option value="">{t('people.language_any')}</option>
            {LANGUAGES.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
          {problems['language'] && <Problem text={problems['language']} />}
        </label>
        {problems[''] && <Problem text={problems['']} />}
        <button type="submit" class="button primary wide" disabled={busy}>
          {t('people.save')}
        </button>
        {person && !isSelf && (
          <button type="button" class="button danger wide" onClick={() => setLeaving(true)}>
            {t('people.remove')}
          </button>
        )}
        <button type="button" class="button wide" onClick={cancel}>
          {t('cancel')}
        </button>
        {dropping && <Dropping onStay={() => setDropping(false)} onDrop={onClose} />}
      </form>
    </Dialog>
  );
}

/** Asks before what was typed is thrown away. */
function Dropping({ onStay, onDrop }: { onStay(): void; onDrop(): void }) {
  const stay = useRef<HTMLButtonElement>(null);
  useEffect(() => stay.current?.focus(), []);
  return (
    <div class="banner" role="alertdialog" aria-label={t('people.drop_text')}>
      <span>{t('people.drop_text')}</span>
      <button ref={stay} type="button" class="button" onClick={onStay}>
        {t('people.drop_not')}
      </button>
      <button type="button" class="button danger" onClick={onDrop}>
        {t('people.drop')}
      </button>
    </div>
  );
}

/** A name that is taken is told beside it; where a badge was given too, it may be that instead. */
function refused(error: unknown, isOfId: boolean): Problems {
  if (!(error instanceof Refused)) return { '': words(error) };
  return error.problem.code === 'exists' && isOfId ? { id: error.problem.detail } : problemsOf(error.problem);
}

interface ChoicesProps {
  name: string;
  legend: string;
  options: { id: string; title: string; hint?: string; fixed?: boolean }[];
  chosen: string[];
  set(to: string[]): void;
  problems: Problems;
}

function Choices({ name, legend, options, chosen, set, problems }: ChoicesProps) {
  const toggle = (id: string) => set(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return (
    <fieldset class="plain">
      <legend>{legend}</legend>
      <div class="options options-list compact">
        {options.map((option) => {
          const isChosen = chosen.includes(option.id);
          return (
            <label key={option.id} class={`option tone-plain${isChosen ? ' chosen' : ''}${option.fixed ? ' disabled' : ''}`}>
              <input type="checkbox" checked={isChosen} disabled={option.fixed ?? false} onChange={() => toggle(option.id)} />
              <span class="box">{isChosen && <Icon name="ok" size={24} />}</span>
              <span>
                {option.title}
                {option.hint && <span class="optional">{option.hint}</span>}
              </span>
            </label>
          );
        })}
      </div>
      {problems[name] && <Problem text={problems[name]} />}
    </fieldset>
  );
}

interface WayProps {
  way: WayName;
  has: boolean;
  value: Credential;
  set(to: Credential): void;
  problems: Problems;
}

const HINTS: Record<WayName, Key> = { badge: 'people.badge_hint', pin: 'people.pin_hint', password: 'people.password_hint' };

/** A way to sign in: whether there is one, a new one, or none any more. What there is, is shown to nobody. */
function WayLine({ way, has, value, set, problems }: WayProps) {
  const title = t(`people.${way}`);
  if (value === null) {
    return (
      <p class="way-line">
        <span>{t('people.taken', { way: title })}</span>
        <button type="button" class="button" onClick={() => set(undefined)}>
          {t('people.keep')}
        </button>
      </p>
    );
  }
  if (value === undefined) {
    return (
      <div class="way-line">
        <span>
          <strong>{title}</strong>
          <span class="optional">{t(has ? 'people.has' : 'people.has_not')}</span>
        </span>
        <span class="way-buttons">
          <button type="button" class="button" aria-label={`${t(has ? 'people.renew' : 'people.give')}: ${title}`} onClick={() => set('')}>
            {t(has ? 'people.renew' : 'people.give')}
          </button>
          {has && (
            <button type="button" class="button" aria-label={`${t('people.take')}: ${title}`} onClick={() => set(null)}>
              {t('people.take')}
            </button>
          )}
        </span>
        {problems[way] && <Problem text={problems[way]} />}
      </div>
    );
  }
  return (
    <Line
      name={way}
      label={title}
      hint={t(HINTS[way])}
      value={value}
      set={set}
      problems={problems}
      secret
      digits={way === 'pin'}
      scanned={way === 'badge'}
      focused
    />
  );
}
