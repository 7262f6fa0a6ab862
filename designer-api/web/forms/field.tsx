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

/** A field, when it is shown. */
export function FieldView({ slot }: { slot: Slot }) {
  const shown = slot.shown.value;
  const Kind = KINDS[slot.field.kind] as ComponentType<{ slot: Slot }> | undefined;
  return shown && Kind ? <Kind slot={slot} /> : null;
}
