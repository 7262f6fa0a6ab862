import { FieldView } from './field';
import type { FormState } from './state';

/** From so many fields on, those out of sight are not laid out. */
const LONG = 40;

/** All fields of a form, those that are shown. */
export function FormFields({ state }: { state: FormState }) {
  return (
    <div class={state.fields.length > LONG ? 'fields long' : 'fields'}>
      {state.fields.map((field) => (
        <FieldView key={field.id} slot={state.slot(field)} />
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
