/** One of what the site has: shifts, places, people. */
import { useState } from 'preact/hooks';

import { say } from '../../../core/i18n';
import { people, personName } from '../../../core/site';
import type { FieldOf } from '../../../core/types';
import type { Slot } from '../../state';
import { Radios } from '../choices';
import { described, Frame } from '../frame';
import { among, Listed } from '../listed';
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

/** Many are looked for by name or number. What is typed is nobody until one of them is chosen. */
export function Person({ slot }: { slot: Slot<FieldOf<'person'>> }) {
  const { role } = slot.field;
  const able = people.value.filter((one) => one.active !== false && (role === undefined || one.roles.includes(role)));
  const [typed, setTyped] = useState<string | undefined>(undefined);
  if (able.length <= BUTTONS_MAX) return <OneOf slot={slot} options={able.map(({ id, name }) => ({ id, title: name }))} />;
  const all = able.map(({ id, name }) => ({ key: id, text: name }));
  const answer = textOf(slot);
  return (
    <Frame slot={slot}>
      <Listed
        slot={slot}
        look={(text) => Promise.resolve(among(all, text))}
        text={typed ?? (answer && personName(answer))}
        onType={(text) => {
          setTyped(text);
          slot.set(all.find(({ key }) => key.toLowerCase() === text.trim().toLowerCase())?.key);
        }}
        onChoose={({ key }) => {
          setTyped(undefined);
          slot.set(key);
        }}
      />
    </Frame>
  );
}
