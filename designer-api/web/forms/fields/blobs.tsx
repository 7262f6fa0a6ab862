import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { ROOT, Refused } from '../../core/api';
import { say, t } from '../../core/i18n';
import { forgetBlob, isPending, keepBlob, pendingBlob, sendBlob } from '../../core/pending';
import type { FieldOf } from '../../core/types';
import { shrink } from '../../terminal/device/photo';
import { Icon, type IconName } from '../../ui/icons';
import type { Slot } from '../state';
import { described, Frame } from './frame';

type BlobSlot = Slot<FieldOf<'photo' | 'file' | 'video' | 'audio' | 'sketch'>>;

/** What is taken by a camera or a microphone, where the device has one. */
const TAKES: Partial<Record<BlobSlot['field']['kind'], { accept: string; capture?: 'environment' | 'user' }>> = {
  photo: { accept: 'image/*', capture: 'environment' },
  video: { accept: 'video/*', capture: 'environment' },
  audio: { accept: 'audio/*', capture: 'user' },
};

interface Props {
  slot: BlobSlot;
  /** Made in the page rather than taken or chosen. */
  make?: { label: string; icon: IconName; onPress(): void };
  children?: ComponentChildren;
}

/** `photo`, `file`, `video`, `audio`, `sketch`: kept in the browser at once, uploaded when the server is reached. */
export function Blobs({ slot, make, children }: Props) {
  const { field } = slot;
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  // A slow tablet works some seconds on a picture: that it was taken must be seen.
  const [working, setWorking] = useState(0);
  const photo = field.kind === 'photo';
  const list = idsOf(slot);
  const add = async (files: FileList | null) => {
    setProblem(undefined);
    const room = Math.max(0, field.at_most - idsOf(slot).length);
    const fitting = [...(files ?? [])].filter((file) => !photo || isPicture(file));
    const taken = fitting.slice(0, field.at_most === 1 ? 1 : room);
    if (fitting.length < (files?.length ?? 0)) setProblem(t('photo.no_picture'));
    else if (taken.length < fitting.length) setProblem(t('blob.too_many', { n: field.at_most }));
    setWorking(taken.length);
    try {
      for (const file of taken) {
        const small = photo ? await shrink(file) : file;
        const id = await keepBlob(small);
        setWorking((left) => left - 1);
        put(slot, field.at_most === 1 ? [id] : [...idsOf(slot), id]);
        void send(slot, id, setProblem);
      }
    } finally {
      setWorking(0);
    }
  };
  // What waited from before the page was loaded.
  useEffect(() => {
    for (const id of idsOf(slot).filter(isPending)) void send(slot, id, setProblem);
  }, []);
  const full = field.at_most > 1 && list.length + working >= field.at_most;
  return (
    <Frame slot={slot} group aside={field.at_most > 1 ? t('blob.at_most', { n: field.at_most }) : undefined}>
      <div class="blobs">
        {list.map((id) => (
          <Preview key={id} id={id} photo={photo || field.kind === 'sketch'} title={say(field.title)} remove={() => takeAway(slot, id)} />
        ))}
        {Array.from({ length: working }, (_, at) => (
          <div class="blob" key={at} role="status">
            {t('task.saving')}
          </div>
        ))}
        {!full && (
          <button type="button" class="button add-blob" onClick={() => (make ? make.onPress() : input.current?.click())}>
            <Icon name={make ? make.icon : photo || field.kind === 'video' ? 'camera' : 'file'} size={32} />
            {make ? make.label : photo ? t(list.length > 0 && field.at_most === 1 ? 'photo.again' : 'photo.take') : t('file.choose')}
          </button>
        )}
      </div>
      <input
        ref={input}
        type="file"
        class="hidden-input"
        tabIndex={-1}
        {...described(slot)}
        {...(TAKES[field.kind] ?? {})}
        multiple={field.at_most > 1}
        aria-label={say(field.title)}
        onChange={(event) => {
          const chosen = event.currentTarget;
          void add(chosen.files).finally(() => (chosen.value = ''));
        }}
      />
      {children}
      {problem && (
        <p class="field-refusal">
          <Icon name="late" size={22} />
          {problem}
        </p>
      )}
    </Frame>
  );
}

/** What was made in the page: kept, shown, and on its way. */
export async function addBlobs(slot: BlobSlot, blobs: Blob[]): Promise<void> {
  for (const blob of blobs) {
    const id = await keepBlob(blob);
    put(slot, slot.field.at_most === 1 ? [id] : [...idsOf(slot), id]);
    void send(slot, id, () => undefined);
  }
}

/** Some cameras do not say what their pictures are. */
function isPicture(file: File): boolean {
  return file.type === '' || file.type.startsWith('image/');
}

function Preview({ id, photo, title, remove }: { id: string; photo: boolean; title: string; remove(): void }) {
  const [source, setSource] = useState<string | undefined>(isPending(id) ? undefined : `${ROOT}/blobs/${id}`);
  useEffect(() => {
    if (!isPending(id)) return;
    let url: string | undefined;
    void pendingBlob(id).then((blob) => {
      if (!blob) return;
      url = URL.createObjectURL(blob);
      setSource(url);
    });
    return () => url && URL.revokeObjectURL(url);
  }, [id]);
  return (
    <div class="blob">
      {photo && source ? <img src={source} alt={title} /> : <Icon name="file" size={48} />}
      {isPending(id) && (
        <span class="blob-waiting">
          <Icon name="offline" size={18} />
          {t('blob.waiting')}
        </span>
      )}
      <button type="button" class="button square quiet" aria-label={t('blob.remove')} onClick={remove}>
        <Icon name="bin" size={26} />
      </button>
    </div>
  );
}

const RETRY_MS = 4000;

async function send(slot: BlobSlot, id: string, tell: (problem: string) => void): Promise<void> {
  try {
    const kept = await sendBlob(id);
    if (kept === undefined) return takeAway(slot, id);
    const list = idsOf(slot);
    if (list.includes(id)) put(slot, [...new Set(list.map((one) => (one === id ? kept : one)))]);
    await forgetBlob(id);
  } catch (error) {
    if (error instanceof Refused && error.problem.status < 500 && error.problem.status !== 401) {
      takeAway(slot, id);
      tell(error.problem.detail);
    } else if (idsOf(slot).includes(id)) {
      setTimeout(() => void send(slot, id, tell), RETRY_MS);
    }
  }
}

function takeAway(slot: BlobSlot, id: string): void {
  put(
    slot,
    idsOf(slot).filter((one) => one !== id),
  );
  if (isPending(id)) void forgetBlob(id);
}

function put(slot: BlobSlot, list: string[]): void {
  const one = slot.field.at_most === 1;
  slot.set(list.length === 0 ? undefined : one ? (list[0] as string) : list);
}

function idsOf(slot: BlobSlot): string[] {
  const value = slot.value.value;
  if (typeof value === 'string') return value ? [value] : [];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
