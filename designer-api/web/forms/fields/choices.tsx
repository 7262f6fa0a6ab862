import { say, t } from '../../core/i18n';
import type { FieldOf, Json } from '../../core/types';
import { Icon, type IconName } from '../../ui/icons';
import type { Slot } from '../state';
import { described, Frame, ids } from './frame';
import { OtherAnswer } from '../other';

export interface Option {
  value: Json;
  label: string;
  icon?: IconName;
  tone?: 'ok' | 'not_ok';
}

/** One of a few: large buttons that behave as radio buttons, also by the arrow keys. */
export function Radios({ slot, options }: { slot: Slot; options: Option[] }) {
  const value = slot.value.value;
  const name = ids(slot.path).input;
  return (
    <div class={`options options-${options.length <= 3 ? 'row' : 'list'}`}>
      {options.map((option, at) => {
        const chosen = value === option.value;
        return (
          <label key={String(option.value)} class={`option${chosen ? ' chosen' : ''} tone-${option.tone ?? 'plain'}`}>
            <input
              type="radio"
              name={name}
              checked={chosen}
              {...(at === 0 ? described(slot) : {})}
              onChange={() => slot.set(option.value)}
              // A second press takes the answer back, where none is needed.
              onClick={() => chosen && slot.field.optional && slot.set(undefined)}
            />
            <Icon name={option.icon ?? (chosen ? 'ok' : 'undefined')} size={28} />
            <span>{option.label}</span>
          </label>
        );
      })}
    </div>
  );
}

export function YesNo({ slot }: { slot: Slot<FieldOf<'yes_no'>> }) {
  const options: Option[] = [
    { value: true, label: t('answer.yes') },
    { value: false, label: t('answer.no') },
  ];
  return (
    <Frame slot={slot} group>
      <Radios slot={slot} options={options} />
    </Frame>
  );
}

export function Check({ slot }: { slot: Slot<FieldOf<'check'>> }) {
  const options: Option[] = [
    { value: 'pass', label: t('answer.pass'), icon: 'ok', tone: 'ok' },
    { value: 'fail', label: t('answer.fail'), icon: 'not_ok', tone: 'not_ok' },
  ];
  if (slot.field.not_applicable_allowed) options.push({ value: 'not applicable', label: t('answer.not_applicable') });
  return (
    <Frame slot={slot} group judged>
      <Radios slot={slot} options={options} />
    </Frame>
  );
}

export function Choose({ slot }: { slot: Slot<FieldOf<'choose'>> }) {
  const options = slot.field.from.map((text) => ({ value: text.default, label: say(text) }));
  return (
    <Frame slot={slot} group>
      <Radios slot={slot} options={options} />
    </Frame>
  );
}

export function ChooseMany({ slot }: { slot: Slot<FieldOf<'choose_many'>> }) {
  const { field } = slot;
  const chosen = new Set(Array.isArray(slot.value.value) ? slot.value.value : []);
  const toggle = (value: string) => {
    const next = field.from.map((text) => text.default).filter((one) => (one === value) !== chosen.has(one));
    slot.set(next.length > 0 ? next : undefined);
  };
  const full = chosen.size >= field.at_most;
  return (
    <Frame slot={slot} group aside={countWords(field)}>
      <div class="options options-list">
        {field.from.map((text, at) => {
          const isChosen = chosen.has(text.default);
          return (
            <label
              key={text.default}
              class={`option tone-plain${isChosen ? ' chosen' : ''}${full && !isChosen ? ' disabled' : ''}`}
            >
              <input
                type="checkbox"
                checked={isChosen}
                disabled={full && !isChosen}
                {...(at === 0 ? described(slot) : {})}
                onChange={() => toggle(text.default)}
              />
              <span class="box">{isChosen && <Icon name="ok" size={24} />}</span>
              <span>{say(text)}</span>
            </label>
          );
        })}
      </div>
    </Frame>
  );
}

function countWords(field: FieldOf<'choose_many'>): string | undefined {
  const all = field.from.length;
  if (field.at_most < all) return t('choose.between', { least: field.at_least, most: field.at_most });
  return field.at_least > 1 ? t('choose.least', { n: field.at_least }) : undefined;
}

/** `tick`: a promise; `warning`: it was read. The whole line is the target. */
export function Tick({ slot }: { slot: Slot<FieldOf<'tick' | 'warning'>> }) {
  const ticked = slot.value.value === true;
  const refusal = slot.refusal.value;
  const own = ids(slot.path);
  return (
    <div class={`field field-${slot.field.kind}${refusal ? ' refused' : ''}`} data-field={slot.path}>
      <label class={`option tone-${slot.field.kind === 'warning' ? 'not_ok' : 'ok'}${ticked ? ' chosen' : ''}`}>
        <input
          type="checkbox"
          checked={ticked}
          {...described(slot)}
          onChange={() => slot.set(ticked ? undefined : true)}
          onBlur={() => slot.leave()}
        />
        <span class="box">{ticked && <Icon name="ok" size={24} />}</span>
        <span>
          {slot.field.kind === 'warning' && <Icon name="late" size={24} />}
          {say(slot.field.title)}
          {slot.field.optional && <span class="optional">{t('field.optional')}</span>}
        </span>
      </label>
      {slot.field.hint && (
        <p class="field-hint" id={own.hint}>
          {say(slot.field.hint)}
        </p>
      )}
      <OtherAnswer slot={slot} />
      {refusal && (
        <p class="field-refusal" id={own.refusal}>
          <Icon name="late" size={22} />
          {refusal}
        </p>
      )}
    </div>
  );
}
