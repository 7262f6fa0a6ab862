/** One component for each kind of field: adding a kind is adding a line here and a file beside it. */
import type { ComponentType } from 'preact';
import { useMemo } from 'preact/hooks';

import type { FieldKind } from '../core/types';
import { Blobs } from './fields/blobs';
import { Check, Choose, ChooseMany, Tick, YesNo } from './fields/choices';
import { Measure } from './fields/measure';
import { NumberField } from './fields/numeric';
import { Rows } from './fields/rows';
import { Scan } from './fields/scan';
import { Sign } from './fields/sign';
import { Info, TextField, WhenField } from './fields/texts';
import { lazy } from '../ui/lazy';
import { columnsOf } from './answers';
import type { Slot } from './state';

/** Those that few forms have are loaded with the first of them. */
const rare = (name: keyof typeof import('./fields/rare')) =>
  // oxlint-disable-next-line no-explicit-any
  lazy<{ slot: any }>(() => import('./fields/rare').then((fields) => fields[name] as ComponentType<{ slot: any }>));

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
  group: Rows,
  warning: Tick,
  video: Blobs,
  audio: Blobs,
  serial: Scan,
  lot: Scan,
  material: Scan,
  asset: Scan,
  order: Scan,
  rfid: Scan,
  gs1: Scan,
  gauge: Scan,
  pick: Scan,
  month: WhenField,
  link: rare('Link'),
  counter: rare('Counter'),
  duration: rare('Duration'),
  money: rare('Money'),
  formula: rare('Formula'),
  reason: rare('Reason'),
  rank: rare('Rank'),
  rating: rare('Rating'),
  matrix: rare('Matrix'),
  shift: rare('Shift'),
  place: rare('Place'),
  person: rare('Person'),
  gps: rare('Gps'),
  mark: rare('Marks'),
  sketch: rare('Sketch'),
  verify: rare('Verify'),
  signal: rare('Signal'),
};

/** A field, seen when it is shown.
 *
 *  It stands in the page all the time, in a form of its own, for the sake of what browsers do to offer to fill forms in:
 *  at every key they read the whole form of the input, and whenever an input comes or goes, all forms of the page. In a
 *  form of 200 fields either takes longer than all that we do at a key. Nothing is sent by these forms. */
export function FieldView({ slot }: { slot: Slot }) {
  const Kind = KINDS[slot.field.kind] as ComponentType<{ slot: Slot }> | undefined;
  // The same thing again is not drawn again, when the field comes or goes.
  const drawn = useMemo(() => Kind && <Kind slot={slot} />, [Kind, slot]);
  if (!drawn) return null;
  const hidden = !slot.shown.value;
  // Forms cannot hold forms: the cells of rows have theirs.
  if (columnsOf(slot.field).length > 0) {
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
