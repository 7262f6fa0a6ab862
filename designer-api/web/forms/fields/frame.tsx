import type { ComponentChildren } from 'preact';

import { say, t } from '../../core/i18n';
import { Icon } from '../../ui/icons';
import type { Slot } from '../state';
import { OtherAnswer } from '../other';
import { VerdictBadge } from '../verdict';
import { LastAnswer, Suggestion } from './suggestion';

/** Ids of the parts of a field in the page. */
export function ids(path: string) {
  const base = `f-${path.replace(/[^\p{L}\p{N}]+/gu, '-')}`;
  return { input: base, label: `${base}-l`, hint: `${base}-h`, refusal: `${base}-r` };
}

/** What ties an input to its words. */
export function described(slot: Slot) {
  const own = ids(slot.path);
  const says = [slot.field.hint && own.hint, slot.refusal.value && own.refusal].filter(Boolean);
  return {
    id: own.input,
    ...(says.length > 0 ? { 'aria-describedby': says.join(' ') } : {}),
    ...(slot.refusal.value ? { 'aria-invalid': true as const } : {}),
    ...(slot.field.optional ? {} : { 'aria-required': true as const }),
  };
}

/** The same for a button: nothing is required of one, and none is invalid. */
export function describedButton(slot: Slot) {
  const { id, 'aria-describedby': says } = described(slot);
  return { id, ...(says ? { 'aria-describedby': says } : {}) };
}

interface FrameProps {
  slot: Slot;
  children: ComponentChildren;
  /** Several buttons rather than one input: the title then names the group. */
  group?: boolean;
  /** Behind the title: limits, unit. */
  aside?: ComponentChildren;
  /** Measured and checked fields. */
  judged?: boolean;
}

/** Title, hint, the field itself, verdict and refusal. */
export function Frame({ slot, children, group, aside, judged }: FrameProps) {
  const own = ids(slot.path);
  const { field } = slot;
  const refusal = slot.refusal.value;
  const title = (
    <>
      {say(field.title)}
      {field.optional && <span class="optional">{t('field.optional')}</span>}
    </>
  );
  return (
    <div
      class={`field field-${field.kind}${refusal ? ' refused' : ''}`}
      data-field={slot.path}
      {...(group ? { role: 'group', 'aria-labelledby': own.label } : {})}
      onFocusOut={(event) => {
        const to = event.relatedTarget as Node | null;
        if (!(event.currentTarget as Node).contains(to)) slot.leave();
      }}
    >
      <div class="field-head">
        {group ? (
          <span class="field-title" id={own.label}>
            {title}
          </span>
        ) : (
          <label class="field-title" id={own.label} for={own.input}>
            {title}
          </label>
        )}
        {judged && <Judged slot={slot} />}
      </div>
      {aside && <div class="field-aside">{aside}</div>}
      {field.hint && (
        <p class="field-hint" id={own.hint}>
          {say(field.hint)}
        </p>
      )}
      {children}
      <Suggestion slot={slot} />
      <LastAnswer slot={slot} />
      <OtherAnswer slot={slot} />
      <Warned slot={slot} />
      {refusal && (
        <p class="field-refusal" id={own.refusal}>
          <Icon name="late" size={22} />
          {refusal}
        </p>
      )}
    </div>
  );
}

/** It can be sent like this, once somebody has said that it is meant. */
export function Warned({ slot }: { slot: Slot }) {
  const warning = slot.warning.value;
  if (warning === undefined) return null;
  return (
    <p class="field-warning">
      <Icon name="not_decidable" size={22} />
      {warning}
    </p>
  );
}

function Judged({ slot }: { slot: Slot }) {
  const verdict = slot.verdict.value;
  return verdict && verdict !== 'undefined' ? <VerdictBadge verdict={verdict} /> : null;
}
