import { say } from '../core/i18n';
import type { Text } from '../core/types';
import { FieldView } from './field';
import type { FormState } from './state';

/** From so many fields on, those out of sight are not laid out. */
const LONG = 40;
/** So many at a time: the browser watches each part at every frame. */
const PART = 10;

interface Props {
  state: FormState;
  /** Headings, and the fields below each. */
  pages?: { title: Text; fields: string[] }[];
}

/** All fields of a form, those that are shown; where it has pages, page below page: nothing is hidden behind a tab. */
export function FormFields({ state, pages = [] }: Props) {
  if (pages.length > 0) return <Pages state={state} pages={pages} />;
  const long = state.fields.length > LONG;
  const size = long ? PART : Math.max(1, state.fields.length);
  const parts = Array.from({ length: Math.ceil(state.fields.length / size) }, (_, part) =>
    state.fields.slice(part * size, (part + 1) * size),
  );
  return (
    <div class={long ? 'fields long' : 'fields'}>
      {parts.map((part) => (
        <div key={part[0]?.id} class="part">
          {part.map((field) => (
            <FieldView key={field.id} slot={state.slot(field)} />
          ))}
        </div>
      ))}
    </div>
  );
}

function Pages({ state, pages }: { state: FormState; pages: { title: Text; fields: string[] }[] }) {
  return (
    <div class="fields">
      {pages.map(({ title, fields }, at) => {
        const own = state.fields.filter(({ id }) => fields.includes(id)).map((field) => state.slot(field));
        // A page of which nothing is asked has no heading.
        if (!own.some((slot) => slot.shown.value)) return null;
        return (
          <section key={at} class="part">
            <h2>{say(title)}</h2>
            {own.map((slot) => (
              <FieldView key={slot.path} slot={slot} />
            ))}
          </section>
        );
      })}
    </div>
  );
}

/** Brings a field into view and puts the caret there. */
export function focusField(path: string): void {
  const field = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(path)}"]`);
  field?.scrollIntoView({ block: 'center' });
  field?.querySelector<HTMLElement>('input:not([hidden]), textarea, select, button')?.focus({ preventScroll: true });
}
