/** One component for each kind of field: adding a kind is adding a line here and a file beside it. */
import type { ComponentType } from 'preact';

import type { FieldKind } from '../core/types';
import { Blobs } from './fields/blobs';
import { Check, Choose, ChooseMany, Tick, YesNo } from './fields/choices';
import { Measure } from './fields/measure';
import { NumberField } from './fields/numeric';
import { Rows } from './fields/rows';
import { Scan } from './fields/scan';
import { Sign } from './fields/sign';
import { Info, TextField, WhenField } from './fields/texts';
import type { Slot } from './state';

// The compiler holds each key to a known kind; that its component takes that kind is what this table says.
// oxlint-disable-next-line no-explicit-any
const KINDS: Record<FieldKind, ComponentType<{ slot: any }>> = {
  info: Info,
  text: TextField,
  long_text: TextField,
  whole: NumberField,
  number: NumberField,
  measure: Measure,
  percent: NumberField,
  yes_no: YesNo,
  check: Check,
  choose: Choose,
  choose_many: ChooseMany,
  date: WhenField,
  time: WhenField,
  date_time: WhenField,
  scan: Scan,
  photo: Blobs,
  file: Blobs,
  tick: Tick,
  sign: Sign,
  rows: Rows,
};

/** A field, seen when it is shown.
 *
 *  It stands in the page all the time, in a form of its own, for the sake of what browsers do to offer to fill forms in:
 *  at every key they read the whole form of the input, and whenever an input comes or goes, all forms of the page. In a
 *  form of 200 fields either takes longer than all that we do at a key. Nothing is sent by these forms. */
export function FieldView({ slot }: { slot: Slot }) {
  const Kind = KINDS[slot.field.kind] as ComponentType<{ slot: Slot }> | undefined;
  if (!Kind) return null;
  const drawn = <Kind slot={slot} />;
  const hidden = !slot.shown.value;
  // Forms cannot hold forms: the cells of rows have theirs.
  if (slot.field.kind === 'rows') {
    return (
      <div class="place" hidden={hidden}>
        {drawn}
      </div>
    );
  }
  return (
    <form class="place" hidden={hidden} noValidate onSubmit={(event) => event.preventDefault()}>
      {drawn}
    </form>
  );
}
