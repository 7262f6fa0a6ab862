import { useEffect, useRef, useState } from 'preact/hooks';

import { say, t } from '../../../core/i18n';
import type { FieldOf } from '../../../core/types';
import { Icon } from '../../../ui/icons';
import type { Slot } from '../../state';
import { addBlobs, Blobs } from '../blobs';

const WIDTH = 1000;
const HEIGHT = 600;
const PEN = 4;

/** `sketch`: drawn by finger, pen or mouse; kept as a picture. */
export function Sketch({ slot }: { slot: Slot<FieldOf<'sketch'>> }) {
  const [drawing, setDrawing] = useState(false);
  return (
    <Blobs slot={slot} make={{ label: t('sketch.draw'), icon: 'sign', onPress: () => setDrawing(true) }}>
      {drawing && (
        <Sheet
          title={say(slot.field.title)}
          onDone={(picture) => {
            setDrawing(false);
            if (picture) void addBlobs(slot, [picture]);
          }}
        />
      )}
    </Blobs>
  );
}

function Sheet({ title, onDone }: { title: string; onDone(picture: Blob | undefined): void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [empty, setEmpty] = useState(true);
  const context = () => canvas.current?.getContext('2d') ?? undefined;
  const clear = () => {
    const pen = context();
    if (!pen) return;
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.strokeStyle = '#000';
    pen.lineWidth = PEN;
    pen.lineCap = pen.lineJoin = 'round';
    setEmpty(true);
  };
  useEffect(clear, []);
  const at = (event: PointerEvent): [number, number] => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT];
  };
  return (
    <div class="sheet">
      <canvas
        ref={canvas}
        width={WIDTH}
        height={HEIGHT}
        aria-label={title}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          context()?.beginPath();
          context()?.moveTo(...at(event));
        }}
        onPointerMove={(event) => {
          if (event.buttons === 0) return;
          context()?.lineTo(...at(event));
          context()?.stroke();
          setEmpty(false);
        }}
      />
      <div class="side-by-side">
        <button type="button" class="button" onClick={clear} disabled={empty}>
          <Icon name="erase" size={26} />
          {t('sketch.clear')}
        </button>
        <button type="button" class="button" onClick={() => onDone(undefined)}>
          {t('cancel')}
        </button>
        <button
          type="button"
          class="button primary"
          disabled={empty}
          onClick={() => canvas.current?.toBlob((picture) => onDone(picture ?? undefined), 'image/png')}
        >
          {t('sketch.done')}
        </button>
      </div>
    </div>
  );
}
