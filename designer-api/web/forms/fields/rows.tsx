import { useEffect } from 'preact/hooks';

import { t } from '../../core/i18n';
import type { FieldOf, Json } from '../../core/types';
import { Icon } from '../../ui/icons';
import { columnsOf } from '../answers';
import { FieldView } from '../field';
import type { Slot } from '../state';
import { Frame } from './frame';

/** `rows` and `group`: a small form for each row, so that it can be filled in on a phone as well. */
export function Rows({ slot }: { slot: Slot<FieldOf<'rows' | 'group'>> }) {
  const { field } = slot;
  const rows = listOf(slot.value.value);
  const needed = Math.max(1, field.at_least);
  // The rows that must be there are there to be filled in. Nobody typed them: to look at a form is to keep nothing.
  useEffect(() => {
    if (field.optional || slot.value.value !== undefined) return;
    slot.form.adopt({ [slot.path]: Array.from({ length: needed }, () => ({})) }, [slot.path]);
  }, []);
  const add = () => slot.set([...rows, {}]);
  const remove = (row: number) => {
    const rest = rows.filter((_, at) => at !== row);
    slot.set(rest.length > 0 ? rest : undefined);
  };
  return (
    <Frame slot={slot} group>
      <ol class="rows">
        {rows.map((_, row) => (
          <li key={row} class="row">
            <div class="row-head">
              <strong>{t('rows.row', { n: row + 1 })}</strong>
              <button
                type="button"
                class="button square quiet"
                aria-label={t('rows.remove', { n: row + 1 })}
                disabled={!field.optional && rows.length <= needed}
                onClick={() => remove(row)}
              >
                <Icon name="bin" size={26} />
              </button>
            </div>
            {columnsOf(field).map((column) => {
              const path = `${slot.path}[${row + 1}].${column.id}`;
              return <FieldView key={column.id} slot={slot.form.slot(column, path)} />;
            })}
          </li>
        ))}
      </ol>
      <button type="button" class="button" disabled={rows.length >= field.at_most} onClick={add}>
        <Icon name="plus" size={26} />
        {t('rows.add')}
      </button>
    </Frame>
  );
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
