/** Lines of the forms that set up people: a label, what is typed, and what is wrong with it. */
import { useEffect, useRef, useState } from 'preact/hooks';

import { t, type Key } from '../../core/i18n';
import { narrowDigits } from '../../core/numbers';
import type { Problem as ProblemOf } from '../../core/types';
import { Icon } from '../../ui/icons';
import './people.css';
import '../words';

/** By member of the request; `''` is about none of them. */
export type Problems = Record<string, string>;

/** Where the server names the member of its request, which stands nowhere on the page. */
const OWN_WORDS: Record<string, Key> = { missing: 'people.missing', 'not-an-id': 'people.not_an_id' };

export function problemsOf(problem: ProblemOf): Problems {
  const problems: Problems = {};
  for (const { field, code, message: told } of problem.fields ?? []) {
    // `roles[1]` is about the roles.
    const [member = ''] = field.split(/[.[]/);
    const own = OWN_WORDS[code];
    const message = own ? t(own) : told;
    problems[member] = problems[member] ? `${problems[member]} ${message}` : message;
  }
  if (Object.keys(problems).length === 0) problems[''] = problem.detail || problem.title;
  return problems;
}

export function Problem({ text, id }: { text: string | undefined; id?: string }) {
  if (!text) return null;
  return (
    <span class="field-refusal" role="alert" {...(id ? { id } : {})}>
      <Icon name="late" size={22} />
      {text}
    </span>
  );
}

interface LineProps {
  /** The member of the request. */
  name: string;
  label: string;
  hint?: string;
  value: string;
  set(value: string): void;
  problems: Problems;
  /** Not read over the shoulder, unless it is wished. */
  secret?: boolean;
  digits?: boolean;
  /** A scanner may type here. */
  scanned?: boolean;
  focused?: boolean;
  autocomplete?: string;
}

export function Line(props: LineProps) {
  const { name, label, hint, value, set, problems, secret, digits, scanned, focused } = props;
  const [shown, setShown] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focused) input.current?.focus();
  }, []);
  const problem = problems[name];
  const about = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ');
  return (
    <div class="line">
      <label class="stacked">
        {label}
        <input
          ref={input}
          name={name}
          {...(secret && !shown ? ({ type: 'password' } as const) : ({ type: 'text' } as const))}
          inputMode={digits ? 'numeric' : 'text'}
          autocomplete={props.autocomplete ?? (secret ? 'new-password' : 'off')}
          autocapitalize="off"
          spellcheck={false}
          {...(scanned ? { 'data-scan': '1' } : {})}
          {...(about ? { 'aria-describedby': about } : {})}
          aria-invalid={problem !== undefined}
          value={value}
          onInput={(event) => set(digits ? narrowDigits(event.currentTarget.value) : event.currentTarget.value)}
        />
      </label>
      {secret && (
        <button type="button" class="button line-show" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {t(shown ? 'people.hide' : 'people.show')}
        </button>
      )}
      {hint && (
        <span id={`${name}-hint`} class="field-hint">
          {hint}
        </span>
      )}
      <Problem text={problem} id={`${name}-problem`} />
    </div>
  );
}
