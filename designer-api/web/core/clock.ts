/** Time as the server has it: tablets on the floor have wrong clocks, and a deadline is the server's. */
import { signal } from '@preact/signals';

let skewMs = 0;

/** Beats once a second while the page is seen. */
export const now = signal(Date.now());

/** Learns from the `Date` of an answer, which has whole seconds: half a second is the best guess. */
export function learnSkew(date: string | null, receivedMs: number): void {
  const served = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(served)) return;
  const skew = served + 500 - receivedMs;
  // Below this it is the rounding of the header and the way through the network.
  skewMs = Math.abs(skew) < 2000 ? 0 : skew;
}

export function serverNow(): number {
  return Date.now() + skewMs;
}

export function startClock(): void {
  const beat = () => {
    if (document.visibilityState === 'visible') now.value = serverNow();
  };
  beat();
  setInterval(beat, 1000);
  document.addEventListener('visibilitychange', beat);
}

/** Clocks are turned only at quarters of an hour: the answer holds for all of it, and to ask the browser takes longer
 *  than to check a form. */
const QUARTER_MS = 15 * 60 * 1000;
let asked: { zone: string | undefined; quarter: number; offset: number } | undefined;

/** Seconds that the clocks of a time zone are east of UTC at a moment; the tablet's own where the zone is unknown. */
export function offsetSeconds(zone: string | undefined, atMs: number): number {
  const quarter = Math.floor(atMs / QUARTER_MS);
  if (asked?.zone !== zone || asked?.quarter !== quarter) asked = { zone, quarter, offset: offsetAt(zone, atMs) };
  return asked.offset;
}

function offsetAt(zone: string | undefined, atMs: number): number {
  const own = -new Date(atMs).getTimezoneOffset() * 60;
  if (!zone) return own;
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(new Date(atMs));
    const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
    const shown = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return Math.round((shown - Math.floor(atMs / 1000) * 1000) / 1000);
  } catch {
    return own;
  }
}

/** A moment as the browser's own field for day and time takes it, by the clocks of the site; `''` for what is none.
 *  Where no zone is written, the site's is meant. */
export function siteClock(value: string, zone: string | undefined): string {
  const written = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[-+]\d\d:\d\d)?$/.exec(value);
  if (!written) return '';
  const atMs = Date.parse(value);
  if (!written[2] || Number.isNaN(atMs)) return written[1] ?? '';
  return new Date(atMs + offsetSeconds(zone, atMs) * 1000).toISOString().slice(0, 16);
}

/** A duration cut into what people say: seconds below an hour, minutes below a day, hours above. */
export type Left =
  | { unit: 'clock'; minutes: number; seconds: number }
  | { unit: 'hours'; hours: number; minutes: number }
  | { unit: 'days'; days: number; hours: number };

export function cut(durationMs: number): Left {
  const seconds = Math.floor(Math.abs(durationMs) / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours < 1) return { unit: 'clock', minutes, seconds: seconds % 60 };
  if (hours < 24) return { unit: 'hours', hours, minutes: minutes % 60 };
  return { unit: 'days', days: Math.floor(hours / 24), hours: hours % 24 };
}
