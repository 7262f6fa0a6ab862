import { useEffect, useRef, useState } from 'preact/hooks';

import { t } from '../../core/i18n';
import type { FieldOf } from '../../core/types';
import { Icon } from '../../ui/icons';
import type { Slot } from '../state';
import { described, Frame } from './frame';
import { inTable, Listed } from './listed';
import { textOf } from './texts';

/** What is read from a code, a tag or a label. */
export const SCANNED = [
  'scan', 'gs1', 'serial', 'lot', 'material', 'asset', 'order', 'rfid', 'gauge', 'pick',
] as const;

type ScanSlot = Slot<FieldOf<(typeof SCANNED)[number]>>;

/** The camera stream needs TLS; a still photo does not. */
function hasStream(): boolean {
  return isSecureContext && typeof navigator.mediaDevices?.getUserMedia === 'function';
}

/** `scan`: by a scanner that types, by camera, by a photo, or by hand. */
export function Scan({ slot }: { slot: ScanSlot }) {
  const [camera, setCamera] = useState(false);
  const [problem, setProblem] = useState<'none' | 'nothing' | undefined>(undefined);
  const still = useRef<HTMLInputElement>(null);
  const take = (code: string) => {
    slot.set(code);
    setCamera(false);
    setProblem(undefined);
  };
  const decodeStill = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = '';
    if (!file) return;
    const { decode } = await import('../../terminal/device/decode');
    const code = await decode(file).catch(() => undefined);
    if (code) take(code);
    else setProblem('nothing');
  };
  const scan = (
    <button type="button" class="button" onClick={() => (hasStream() ? setCamera(!camera) : still.current?.click())}>
      <Icon name={hasStream() ? 'scan' : 'camera'} size={28} />
      {t('scan.camera')}
    </button>
  );
  const type = (text: string) => slot.set(text || undefined);
  return (
    <Frame slot={slot}>
      {slot.form.choices !== undefined && 'from_table' in slot.field && slot.field.from_table ? (
        <Listed
          slot={slot}
          look={inTable(slot)}
          text={textOf(slot)}
          onType={type}
          onChoose={({ key }) => slot.set(key)}
          scanned
        >
          {scan}
        </Listed>
      ) : (
        <div class="number-row">
          <input
            type="text"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            enterkeyhint="next"
            data-scan="1"
            {...described(slot)}
            value={textOf(slot)}
            onInput={(event) => type(event.currentTarget.value)}
            onFocus={(event) => event.currentTarget.select()}
          />
          {scan}
        </div>
      )}
      <input
        ref={still}
        type="file"
        accept="image/*"
        capture="environment"
        hidden
        aria-label={t('scan.still')}
        onChange={(event) => void decodeStill(event.currentTarget)}
      />
      {camera && <Camera onCode={take} onFail={() => (setCamera(false), setProblem('none'), still.current?.click())} />}
      {problem === 'nothing' && <p class="field-hint">{t('scan.nothing')}</p>}
      {problem === 'none' && <p class="field-hint">{t('scan.no_camera')}</p>}
    </Frame>
  );
}

/** Milliseconds between two looks at the camera's picture. */
const LOOK_MS = 200;

function Camera({ onCode, onFail }: { onCode(code: string): void; onFail(): void }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const look = async () => {
      const picture = video.current && pictureOf(video.current);
      const { decode } = await import('../../terminal/device/decode');
      const code = picture ? await decode(picture).catch(() => undefined) : undefined;
      if (ended) return;
      if (code) onCode(code);
      else timer = setTimeout(() => void look(), LOOK_MS);
    };
    const start = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: 1280 } });
        if (ended || !video.current) return stop();
        video.current.srcObject = stream;
        await video.current.play();
        void look();
      } catch {
        if (!ended) onFail();
      }
    };
    const stop = () => stream?.getTracks().forEach((track) => track.stop());
    void start();
    return () => {
      ended = true;
      clearTimeout(timer);
      stop();
    };
  }, []);
  return <video ref={video} class="camera" playsInline muted aria-label={t('scan.view')} />;
}

function pictureOf(video: HTMLVideoElement): ImageData | undefined {
  if (video.videoWidth === 0) return undefined;
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context?.drawImage(video, 0, 0);
  return context?.getImageData(0, 0, canvas.width, canvas.height);
}
