import { useState } from 'preact/hooks';

import { ROOT } from '../../../core/api';
import { say, t } from '../../../core/i18n';
import { isPending } from '../../../core/pending';
import type { Answers, FieldOf, Json } from '../../../core/types';
import { Icon } from '../../../ui/icons';
import { isRow } from '../../answers';
import type { Slot } from '../../state';
import { describedButton, Frame } from '../frame';

/** Without a mouse or a finger a point is put in the middle, and moved by the arrow keys. */
const STEP = 0.02;

/** `mark`: points with a code on a picture of the same form. */
export function Marks({ slot }: { slot: Slot<FieldOf<'mark'>> }) {
  const { field } = slot;
  const [code, setCode] = useState(field.codes[0]?.default ?? '');
  const points = pointsOf(slot.value.value);
  const picture = pictureOf(slot);
  const put = (next: Answers[]) => slot.set(next.length > 0 ? next : undefined);
  const add = (x: number, y: number) => {
    if (points.length < field.at_most) put([...points, { x: share(x), y: share(y), code }]);
  };
  const move = (at: number, dx: number, dy: number) =>
    put(points.map((one, n) => (n === at ? { ...one, x: share(Number(one['x']) + dx), y: share(Number(one['y']) + dy) } : one)));
  const press = (event: MouseEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    add((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };
  return (
    <Frame slot={slot} group aside={t('blob.at_most', { n: field.at_most })}>
      <div class="options options-row" role="group" aria-label={t('mark.code')}>
        {field.codes.map((text) => (
          <button
            key={text.default}
            type="button"
            class={`button${text.default === code ? ' chosen' : ''}`}
            aria-pressed={text.default === code}
            onClick={() => setCode(text.default)}
          >
            {say(text)}
          </button>
        ))}
      </div>
      <div class="marked" onClick={press}>
        {picture ? <img src={picture} alt={say(field.title)} /> : <p class="field-hint">{t('mark.no_picture')}</p>}
        {points.map((point, at) => (
          <button
            key={at}
            type="button"
            class="point"
            style={{ left: `${Number(point['x']) * 100}%`, top: `${Number(point['y']) * 100}%` }}
            aria-label={t('mark.point', { n: at + 1, code: String(point['code']) })}
            onClick={(event) => event.stopPropagation()}
            onKeyDown={(event) => {
              const [dx, dy] = WAYS[event.key] ?? [0, 0];
              if (dx === 0 && dy === 0) return;
              event.preventDefault();
              move(at, dx, dy);
            }}
          >
            {at + 1}
          </button>
        ))}
      </div>
      <button
        type="button"
        class="button"
        {...describedButton(slot)}
        disabled={points.length >= field.at_most}
        onClick={() => add(0.5, 0.5)}
      >
        <Icon name="plus" size={26} />
        {t('mark.add')}
      </button>
      <ol class="points">
        {points.map((point, at) => (
          <li key={at}>
            {at + 1}. {say(field.codes.find((text) => text.default === point['code'])) || String(point['code'])}
            <button
              type="button"
              class="button square quiet"
              aria-label={t('mark.remove', { n: at + 1 })}
              onClick={() => put(points.filter((_, n) => n !== at))}
            >
              <Icon name="bin" size={26} />
            </button>
          </li>
        ))}
      </ol>
    </Frame>
  );
}

const WAYS: Record<string, [number, number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** Between the edges, to a thousandth. */
function share(of: number): number {
  return Math.round(Math.min(1, Math.max(0, of)) * 1000) / 1000;
}

function pointsOf(value: Json | undefined): Answers[] {
  return Array.isArray(value) ? value.filter(isRow) : [];
}

/** The picture beside the app, or the photo or sketch of the form that is marked on. */
function pictureOf({ field, form }: Slot<FieldOf<'mark'>>): string | undefined {
  if (field.picture_blob) return `${ROOT}/blobs/${field.picture_blob}`;
  const shown = form.fields.find(({ id }) => id === field.picture_field);
  const value = shown && form.slot(shown).value.value;
  const blob = Array.isArray(value) ? value[0] : value;
  return typeof blob === 'string' && blob !== '' && !isPending(blob) ? `${ROOT}/blobs/${blob}` : undefined;
}
