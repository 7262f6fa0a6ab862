import { say } from '../core/i18n';
import type { Field, Page } from '../core/types';
import { FieldView } from './field';
import type { FormState } from './state';

/** From so many fields on, those out of sight are not laid out. */
const LONG = 40;
/** So many at a time: the browser watches each part at every frame. */
const PART = 10;

interface Props {
  state: FormState;
  /** Headings, and the fields below each. */
  pages?: Page[];
}

/** All fields of a form, those that are shown; where it has pages, page below page: nothing is hidden behind a tab. */
export function FormFields({ state, pages = [] }: Props) {
  if (pages.length > 0) return <Pages state={state} pages={pages} />;
  const drawn = state.fields.filter(({ id }) => !state.pressed.has(id));
  const long = drawn.length > LONG;
  const size = long ? PART : Math.max(1, drawn.length);
  const parts = Array.from({ length: Math.ceil(drawn.length / size) }, (_, part) =>
    drawn.slice(part * size, (part + 1) * size),
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

function Pages({ state, pages }: { state: FormState; pages: Page[] }) {
  const paged = new Set(pages.flatMap(({ fields }) => fields));
  // What the form asks beside its pages (an approval's comment); a page's title is told as an `info` as well.
  const isRest = ({ id, kind }: Field) => !paged.has(id) && !state.pressed.has(id) && kind !== 'info';
  const rest = state.fields.filter(isRest);
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
      {rest.length > 0 && (
        <div class="part">
          {rest.map((field) => (
            <FieldView key={field.id} slot={state.slot(field)} />
          ))}
        </div>
      )}
    </div>
  );
}

/** Brings a field into view and puts the caret there. */
export function focusField(path: string): void {
  const field = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(path)}"]`);
  field?.scrollIntoView({ block: 'center' });
  field?.querySelector<HTMLElement>('input:not([hidden]), textarea, select, button')?.focus({ preventScroll: true });
}
