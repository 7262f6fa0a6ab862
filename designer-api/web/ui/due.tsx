import { now } from '../core/clock';
import { duration, t } from '../core/i18n';
import { Icon } from './icons';

/** It is soon when a quarter of the time is left, and never earlier than this. */
const SOON_MS = 10 * 60_000;

export function urgency(due: string | null, opened: string, atMs: number): 'none' | 'calm' | 'soon' | 'late' {
  if (due === null) return 'none';
  const left = Date.parse(due) - atMs;
  if (left <= 0) return 'late';
  const whole = Date.parse(due) - Date.parse(opened);
  return left <= Math.min(SOON_MS, whole / 4) ? 'soon' : 'calm';
}

/** Counts down to the deadline, then up. */
export function Due({ due, opened }: { due: string | null; opened: string }) {
  if (due === null) return null;
  const left = Date.parse(due) - now.value;
  const how = urgency(due, opened, now.value);
  const text = t(left > 0 ? 'inbox.left' : 'inbox.late', { left: duration(left) });
  return (
    <span class={`due due-${how}`}>
      <Icon name={how === 'late' ? 'late' : 'clock'} size={22} />
      {text}
    </span>
  );
}
