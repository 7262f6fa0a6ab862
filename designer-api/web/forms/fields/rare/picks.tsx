/** One of what the site has: shifts, places, people. */
import { say } from '../../../core/i18n';
import { people } from '../../../core/site';
import type { FieldOf } from '../../../core/types';
import type { Slot } from '../../state';
import { Radios } from '../choices';
import { described, Frame } from '../frame';
import { Suggestion } from '../suggestion';
import { textOf } from '../texts';

interface One {
  id: string;
  title: string;
}

/** So many are buttons; more are a list that the browser opens. */
const BUTTONS_MAX = 8;

function OneOf({ slot, options }: { slot: Slot; options: One[] }) {
  if (options.length <= BUTTONS_MAX) {
    return (
      <Frame slot={slot} group>
        <Radios slot={slot} options={options.map(({ id, title }) => ({ value: id, label: title }))} />
        <Suggestion slot={slot} />
      </Frame>
    );
  }
  return (
    <Frame slot={slot}>
      <select
        {...described(slot)}
        value={textOf(slot)}
        aria-label={say(slot.field.title)}
        onChange={(event) => slot.set(event.currentTarget.value || undefined)}
      >
        <option value="" />
        {options.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
      <Suggestion slot={slot} />
    </Frame>
  );
}

export function Shift({ slot }: { slot: Slot<FieldOf<'shift'>> }) {
  return <OneOf slot={slot} options={slot.field.options} />;
}

/** Two places may be called the same: what they are in stands before them. */
export function Place({ slot }: { slot: Slot<FieldOf<'place'>> }) {
  const { options } = slot.field;
  const above = (parent: string | null | undefined) => options.find(({ id }) => id === parent)?.title;
  const named = options.map(({ id, title, parent }) => ({ id, title: [above(parent), title].filter(Boolean).join(' / ') }));
  return <OneOf slot={slot} options={named} />;
}

export function Person({ slot }: { slot: Slot<FieldOf<'person'>> }) {
  const { role } = slot.field;
  const able = people.value.filter((one) => one.active && (role === undefined || one.roles.includes(role)));
  return <OneOf slot={slot} options={able.map(({ id, name }) => ({ id, title: name }))} />;
}
