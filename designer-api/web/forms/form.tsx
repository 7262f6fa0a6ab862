import { FieldView } from './field';
import type { FormState } from './state';

/** From so many fields on, those out of sight are not laid out. */
const LONG = 40;
/** So many at a time: the browser watches each part at every frame. */
const PART = 10;

/** All fields of a form, those that are shown. */
export function FormFields({ state }: { state: FormState }) {
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

/** Brings a field into view and puts the caret there. */
export function focusField(path: string): void {
  const field = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(path)}"]`);
  field?.scrollIntoView({ block: 'center' });
  field?.querySelector<HTMLElement>('input:not([hidden]), textarea, select, button')?.focus({ preventScroll: true });
}
