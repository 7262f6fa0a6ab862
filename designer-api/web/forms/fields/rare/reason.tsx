import { say, t } from '../../../core/i18n';
import type { Branch, FieldOf } from '../../../core/types';
import { Icon } from '../../../ui/icons';
import type { Slot } from '../../state';
import { describedButton, Frame } from '../frame';

/** `reason`: down a tree, one level at a time; what was chosen stays in sight and can be taken back. */
export function Reason({ slot }: { slot: Slot<FieldOf<'reason'>> }) {
  const value = slot.value.value;
  const way = Array.isArray(value) ? value.map(String) : [];
  let below: Branch[] = slot.field.tree;
  const passed = way.map((step) => {
    const branch = below.find(({ text }) => text.default === step);
    below = branch?.below ?? [];
    return branch ? say(branch.text) : step;
  });
  const back = (to: number) => slot.set(to > 0 ? way.slice(0, to) : undefined);
  return (
    <Frame slot={slot} group>
      {passed.length > 0 && (
        <div class="way">
          {passed.map((title, at) => (
            <button
              key={at}
              type="button"
              class="button chosen"
              aria-label={t('reason.back', { what: title })}
              onClick={() => back(at)}
            >
              <Icon name="back" size={22} />
              {title}
            </button>
          ))}
        </div>
      )}
      {below.length > 0 && (
        <div class="options options-list">
          {below.map(({ text, below: further }, at) => (
            <button
              key={text.default}
              type="button"
              class="option tone-plain"
              {...(at === 0 ? describedButton(slot) : {})}
              onClick={() => slot.set([...way, text.default])}
            >
              <Icon name={further ? 'next' : 'undefined'} size={26} />
              <span>{say(text)}</span>
            </button>
          ))}
        </div>
      )}
    </Frame>
  );
}
