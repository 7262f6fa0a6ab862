/** Short messages at the bottom, told to screen readers as well. */
import { signal } from '@preact/signals';

import { Refused, Unreachable } from '../core/api';
import { t } from '../core/i18n';

interface Notice {
  id: number;
  text: string;
  bad: boolean;
}

/** Long enough to be read twice. */
const SHOWN_MS = 7000;

export const notices = signal<Notice[]>([]);
let last = 0;

export function notify(text: string, bad = false): void {
  const id = ++last;
  notices.value = [...notices.value, { id, text, bad }].slice(-3);
  setTimeout(() => (notices.value = notices.value.filter((notice) => notice.id !== id)), SHOWN_MS);
}

/** The server's messages are fragments. */
function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}

export function words(error: unknown): string {
  if (error instanceof Refused) return sentence(error.problem.detail || error.problem.title);
  if (error instanceof Unreachable) return t('error.unreachable');
  return t('error.unknown', { detail: error instanceof Error ? error.message : String(error) });
}

export function notifyError(error: unknown): void {
  notify(words(error), true);
}

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map((notice) => (
        <p key={notice.id} class={notice.bad ? 'notice bad' : 'notice'}>
          {notice.text}
        </p>
      ))}
    </div>
  );
}
