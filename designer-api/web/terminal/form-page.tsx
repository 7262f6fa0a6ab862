import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

import type { Saving } from '../core/drafts';
import { say, t, type Key } from '../core/i18n';
import type { Json, OutlineField, Page, TaskButton } from '../core/types';
import { FormFields, focusField } from '../forms/form';
import { Keypad } from '../forms/keypad';
import { SCANNED } from '../forms/fields/scan';
import type { FormState } from '../forms/state';
import { isBlank } from '../forms/answers';
import { Icon, type IconName } from '../ui/icons';
import { Said } from '../ui/said';
import { onScan } from './device/wedge';
import { Answer } from './timeline/answers';

/** What is told above the fields; `field` is the one that it was asked in, once that is known. */
export interface Shown {
  label: string;
  value: Json;
  field?: OutlineField | undefined;
}

interface Props {
  state: FormState;
  title: string;
  above: string;
  due?: ComponentChildren;
  show?: Shown[];
  saving?: ReadonlySignal<Saving>;
  /** Why this person may not answer. */
  blocked?: string | undefined;
  /** Somebody else is at it: to be looked at. */
  locked?: boolean;
  notice?: ComponentChildren;
  busy: boolean;
  sendLabel: string;
  /** With the first thing that is typed. */
  onTouch?(): void;
  pages?: Page[] | undefined;
  /** More than one way to send it. */
  buttons?: TaskButton[];
  onSend(button?: TaskButton): void;
  onGiveBack?(): void;
}

/** The words of the refusal are in the page only after it was drawn again. */
export function focusFirstWrong(state: FormState): void {
  requestAnimationFrame(() => focusField(firstWrong(state) ?? ''));
}

function firstWrong(state: FormState): string | undefined {
  return state.contested.value[0] ?? state.refusals.value[0]?.field;
}

/** A form as a page: what it is about on top, one large button at the bottom, always in sight. */
export function FormPage(props: Props) {
  const { state, title, above, due, show = [], blocked, notice, busy, sendLabel, buttons = [], onSend, onGiveBack } = props;
  const shut = blocked !== undefined || props.locked === true;
  useEffect(() => onScan((code) => takeScan(state, code)), [state]);
  const submit = (button?: TaskButton) => {
    if (busy || shut) return;
    if (button) state.press(button);
    if (button?.without_answers) return onSend(button);
    if (state.ready() && state.contested.value.length === 0) onSend(button);
    else focusFirstWrong(state);
  };
  return (
    <div
      class="page form-page"
      onInput={() => props.onTouch?.()}
      onKeyDown={(event) => {
        if (!sends(event)) return;
        event.preventDefault();
        // Which of several was meant, the key does not say.
        if (buttons.length === 0) submit();
      }}
    >
      <header class="form-head">
        <a class="button square quiet" href="/" aria-label={t('back')}>
          <Icon name="back" size={32} />
        </a>
        <div>
          <p class="above">{above}</p>
          <h1>{title}</h1>
        </div>
        {due}
      </header>
      {notice}
      {blocked && (
        <p class="banner bad">
          <Icon name="lock" size={28} />
          {blocked}
        </p>
      )}
      {show.length > 0 && (
        <dl class="show">
          {show.map(({ label, value, field }) => (
            <div key={label}>
              <dt>{field ? say(field.title) : label}</dt>
              <dd>{field ? <Answer value={value} field={field} /> : <Said value={value} />}</dd>
            </div>
          ))}
        </dl>
      )}
      <fieldset class="plain" disabled={shut}>
        <FormFields state={state} pages={props.pages ?? []} />
      </fieldset>
      {onGiveBack && (
        <button type="button" class="button quiet give-back" onClick={onGiveBack}>
          {t('task.give_back')}
        </button>
      )}
      <footer class="form-foot">
        <Foot state={state} saving={props.saving} />
        {buttons.length === 0 ? (
          <button type="button" class="button primary send" disabled={busy || shut} onClick={() => submit()}>
            {sendLabel}
          </button>
        ) : (
          buttons.map((button, at) => (
            <button
              key={button.id}
              type="button"
              class={`button send${at === 0 ? ' primary' : ''}`}
              disabled={busy || shut}
              onClick={() => submit(button)}
            >
              {say(button.title)}
            </button>
          ))
        )}
      </footer>
      <Keypad />
    </div>
  );
}

/** Enter in a field sends the form, as it would if its fields were one form; `Card` says why they are not. */
function sends({ key, isComposing, target }: KeyboardEvent): boolean {
  return key === 'Enter' && !isComposing && target instanceof HTMLInputElement && target.type !== 'file';
}

const SAVING: Record<Saving, { key: Key; icon: IconName }> = {
  saved: { key: 'task.saved', icon: 'saved' },
  here: { key: 'task.here', icon: 'saved' },
  saving: { key: 'task.saving', icon: 'saved' },
};

/** How far it is, what is wrong, and that nothing is lost. */
function Foot({ state, saving }: { state: FormState; saving?: ReadonlySignal<Saving> | undefined }) {
  const wrong = state.wrong.value;
  const of = state.needed.value;
  const how = saving && SAVING[saving.value];
  return (
    <div class="foot-words">
      {wrong > 0 ? (
        <button type="button" class="button wrong" onClick={() => focusFirstWrong(state)}>
          <Icon name="late" size={24} />
          {t('task.wrong', { n: wrong })}
        </button>
      ) : (
        of > 0 && <span class="progress">{t('task.progress', { done: state.done.value, of })}</span>
      )}
      {how && (
        <span class="saving">
          <Icon name={how.icon} size={20} />
          {t(how.key)}
        </span>
      )}
    </div>
  );
}

const SCANS: ReadonlySet<string> = new Set(SCANNED);

/** A code that was scanned goes to the scan field that has the focus, else to the first one that has no answer. */
function takeScan(state: FormState, code: string): boolean {
  const focused = document.activeElement?.closest<HTMLElement>('[data-field]')?.dataset['field'];
  state.look();
  const open = state.fields.filter((field) => SCANS.has(field.kind) && state.isShown(field.id));
  const to =
    open.find((field) => field.id === focused) ?? open.find((field) => isBlank(state.slot(field).value.value));
  if (!to) return false;
  state.slot(to).set(code);
  const next = open.find((field) => isBlank(state.slot(field).value.value));
  focusField(next?.id ?? to.id);
  return true;
}
