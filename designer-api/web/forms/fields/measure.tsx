import { useComputed } from '@preact/signals';

import { t } from '../../core/i18n';
import { limit } from '../../core/numbers';
import type { FieldOf, Verdict } from '../../core/types';
import { unitOf } from '../../core/units';
import type { Slot } from '../state';
import { VerdictBadge } from '../verdict';
import { described, Frame } from './frame';
import { canBeNegative, NumberInput, PadButton } from './numeric';
import { isBlank } from '../answers';

type MeasureSlot = Slot<FieldOf<'measure'>>;

/** `measure`: limits and unit in sight, one input for each sample, a verdict at every digit.
 *
 *  Each part reads its own signals: a key draws the input it was typed into, and no more than it changes. */
export function Measure({ slot }: { slot: MeasureSlot }) {
  const { field } = slot;
  const places = Array.from({ length: Math.max(1, field.samples) }, (_, place) => place);
  return (
    <Frame slot={slot} group={field.samples > 1} aside={<LimitWords field={field} />} judged>
      <div class="samples">
        {places.map((place) => (
          <Sample key={place} slot={slot} place={place} />
        ))}
      </div>
      <Mean slot={slot} />
    </Frame>
  );
}

function Sample({ slot, place }: { slot: MeasureSlot; place: number }) {
  const { field } = slot;
  const several = field.samples > 1;
  const verdict = useComputed(() => byPlace(textsOf(slot), slot.samples.value)[place]).value;
  return (
    <div class="sample">
      {several && <span class="sample-number">{place + 1}</span>}
      <div class="number-row">
        <SampleInput slot={slot} place={place} verdict={verdict} />
        {field.unit && <span class="unit">{unitOf(field)}</span>}
        {!several && <PadButton slot={slot} />}
      </div>
      {several && verdict && verdict !== 'undefined' && <VerdictBadge verdict={verdict} small />}
    </div>
  );
}

function SampleInput({ slot, place, verdict }: { slot: MeasureSlot; place: number; verdict: Verdict | undefined }) {
  const { field } = slot;
  const several = field.samples > 1;
  const set = (text: string) => {
    const next = textsOf(slot).map((old, at) => (at === place ? text : old));
    while (next.length > 0 && isBlank(next[next.length - 1])) next.pop();
    slot.set(next.length === 0 ? undefined : several ? next : (next[0] as string));
  };
  return (
    <NumberInput
      slot={slot}
      value={textsOf(slot)[place] ?? ''}
      set={set}
      decimals={field.decimals !== 0}
      negative={canBeNegative(field.limits)}
      className={`judged-${verdict ?? 'none'}`}
      {...(several
        ? { label: t('measure.sample', { n: place + 1, of: field.samples }) }
        : { describedBy: described(slot) })}
    />
  );
}

function Mean({ slot }: { slot: MeasureSlot }) {
  const mean = slot.mean.value;
  if (mean === undefined) return null;
  return (
    <p class="field-hint">
      {t('measure.mean')} <strong>{limit(Number(mean), slot.field.decimals)}</strong> {unitOf(slot.field)}
    </p>
  );
}

function LimitWords({ field }: { field: FieldOf<'measure'> }) {
  const lower = limit(field.limits?.lower, field.decimals);
  const upper = limit(field.limits?.upper, field.decimals);
  const target = limit(field.target, field.decimals);
  const unit = unitOf(field);
  return (
    <span class="limits">
      {lower !== undefined && upper !== undefined
        ? t('range.between', { lower, upper })
        : lower !== undefined
          ? t('range.from', { lower })
          : t('range.to', { upper: upper ?? '' })}{' '}
      {unit}
      {target !== undefined && <span class="more">{t('measure.target', { target: `${target} ${unit}` })}</span>}
      {field.uncertainty !== undefined && (
        <span class="more">{t('measure.uncertainty', { u: `${field.uncertainty} ${unit}` })}</span>
      )}
    </span>
  );
}

function textsOf(slot: MeasureSlot): string[] {
  const value = slot.value.value;
  const given = (Array.isArray(value) ? value : [value]).map((one) => (isBlank(one) ? '' : String(one)));
  return Array.from({ length: Math.max(1, slot.field.samples) }, (_, place) => given[place] ?? '');
}

/** Verdicts come for samples that have text. */
function byPlace(texts: string[], verdicts: Verdict[]): (Verdict | undefined)[] {
  let next = 0;
  return texts.map((text) => (isBlank(text) ? undefined : verdicts[next++]));
}
