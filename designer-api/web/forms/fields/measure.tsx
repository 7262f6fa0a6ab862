import { t } from '../../core/i18n';
import { limit } from '../../core/numbers';
import type { FieldOf, Verdict } from '../../core/types';
import { unitOf } from '../../core/units';
import type { Slot } from '../state';
import { VerdictBadge } from '../verdict';
import { described, Frame } from './frame';
import { canBeNegative, NumberInput, PadButton } from './numeric';
import { Suggestion } from './suggestion';
import { isBlank } from '../answers';

type MeasureSlot = Slot<FieldOf<'measure'>>;

/** `measure`: limits and unit in sight, one input for each sample, a verdict at every digit. */
export function Measure({ slot }: { slot: MeasureSlot }) {
  const { field } = slot;
  const texts = textsOf(slot);
  const verdicts = byPlace(texts, slot.samples.value);
  const several = field.samples > 1;
  const set = (place: number, text: string) => {
    const next = texts.map((old, at) => (at === place ? text : old));
    while (next.length > 0 && isBlank(next[next.length - 1])) next.pop();
    slot.set(next.length === 0 ? undefined : several ? next : (next[0] as string));
  };
  return (
    <Frame slot={slot} group={several} aside={<LimitWords field={field} />} judged>
      <div class="samples">
        {texts.map((text, place) => (
          <div class="sample" key={place}>
            {several && <span class="sample-number">{place + 1}</span>}
            <div class="number-row">
              <NumberInput
                slot={slot}
                value={text}
                set={(value) => set(place, value)}
                decimals={field.decimals !== 0}
                negative={canBeNegative(field.limits)}
                className={`judged-${verdicts[place] ?? 'none'}`}
                {...(several
                  ? { label: t('measure.sample', { n: place + 1, of: field.samples }) }
                  : { describedBy: described(slot) })}
              />
              {field.unit && <span class="unit">{unitOf(field)}</span>}
              {!several && <PadButton slot={slot} />}
            </div>
            {several && verdicts[place] && verdicts[place] !== 'undefined' && (
              <VerdictBadge verdict={verdicts[place]} small />
            )}
          </div>
        ))}
      </div>
      {slot.mean.value !== undefined && (
        <p class="field-hint">
          {t('measure.mean')} <strong>{limit(Number(slot.mean.value), field.decimals)}</strong> {unitOf(field)}
        </p>
      )}
      <Suggestion slot={slot} />
    </Frame>
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
