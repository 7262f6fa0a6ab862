import type { Equipment, FloorView, Hold } from '../core/types';

/** The worst thing that is known of a station decides how it is shown. */
export interface StationState {
  how: 'held' | 'calling' | 'late' | 'busy' | 'quiet';
  open: number;
  late: number;
}

export type Station = StationState & { place: Equipment };

/** Every station of the site; a hold of a line or area holds all that is in it. */
export function stationsOf(equipment: Equipment[], floor: FloorView, atMs: number): Station[] {
  const held = new Set(floor.holds.map((hold) => hold.target));
  const parents = new Map(equipment.map((place) => [place.id, place.parent]));
  const isHeld = (id: string | null): boolean => id !== null && (held.has(id) || isHeld(parents.get(id) ?? null));
  return equipment
    .filter((place) => place.level === 'station')
    .map((place) => {
      const tasks = floor.tasks.filter((task) => (task.station ?? task.at[0]) === place.id);
      const late = tasks.filter((task) => isLate(task.due_at, atMs)).length;
      const calling = floor.calls.some((call) => call.station === place.id);
      const how = isHeld(place.id)
        ? 'held'
        : calling
          ? 'calling'
          : late > 0
            ? 'late'
            : tasks.length > 0
              ? 'busy'
              : 'quiet';
      return { place, how, open: tasks.length, late };
    });
}

export function isLate(due: string | null, atMs: number): boolean {
  return due !== null && Date.parse(due) <= atMs;
}

export interface Line {
  id: string | null;
  stations: Station[];
}

/** In the order of the site. */
export function linesOf(stations: Station[]): Line[] {
  const lines = new Map<string | null, Station[]>();
  for (const station of stations) {
    const line = lines.get(station.place.parent);
    if (line) line.push(station);
    else lines.set(station.place.parent, [station]);
  }
  return Array.from(lines, ([id, members]) => ({ id, stations: members }));
}

/** Something that someone should look at. */
export interface Concern {
  key: string;
  how: 'held' | 'calling' | 'late';
  run: string;
  /** When it began, or was due. */
  since: string;
  /** How many there are of the same. */
  count: number;
  /** Index of the first of them in its list. */
  at: number;
}

/** What is wrong, the worst first and of the same the oldest first. Several holds of one target are one concern. */
export function concernsOf(floor: FloorView, atMs: number): Concern[] {
  const held = byTarget(floor.holds).map(
    (holds): Concern => ({
      key: `held ${holds[0]?.hold.target}`,
      how: 'held',
      run: holds[0]?.hold.run ?? '',
      since: holds[0]?.hold.since ?? '',
      count: holds.length,
      at: holds[0]?.at ?? 0,
    }),
  );
  const calls = floor.calls.map(
    (call, at): Concern => ({ key: `call ${call.id}`, how: 'calling', run: call.run, since: call.at, count: 1, at }),
  );
  const late = floor.tasks.flatMap((task, at): Concern[] =>
    task.due_at !== null && isLate(task.due_at, atMs)
      ? [{ key: `late ${task.id}`, how: 'late', run: task.run, since: task.due_at, count: 1, at }]
      : [],
  );
  return [held, calls, late].flatMap((list) => list.sort((a, b) => a.since.localeCompare(b.since)));
}

function byTarget(holds: Hold[]): { hold: Hold; at: number }[][] {
  const targets = new Map<string, { hold: Hold; at: number }[]>();
  for (const [at, hold] of holds.entries()) {
    const known = targets.get(hold.target);
    if (known) known.push({ hold, at });
    else targets.set(hold.target, [{ hold, at }]);
  }
  return Array.from(targets.values(), (list) => list.sort((a, b) => a.hold.since.localeCompare(b.hold.since)));
}

/** Tiles of a line are as many in a row as make the letters largest. All measures in pixels. */
export interface Fit {
  columns: number;
  /** Of the letters of a tile. */
  font: number;
}

/** Letters are not smaller: before that, the page is scrolled. */
export const TILE_FONT_MIN = 13;
/** Of a page that is scrolled anyway. */
const TILE_FONT_SCROLLED = 16;
const TILE_FONT_MAX = 60;
const GAP = 10;
/** A tile is as high as so many letters. */
const LINES_HIGH = 3.9;
/** The title of a line, in lines of a tile. */
const TITLE_HIGH = 1.5;

/** How tiles of lines with these numbers of stations, each as wide as `tileWide` of its letters are high, fill a place;
 *  a height of 0 is one that is scrolled. */
export function fit(width: number, height: number, lines: number[], tileWide: number): Fit {
  let best: Fit = { columns: 1, font: 0 };
  const most = Math.max(1, ...lines);
  for (let columns = 1; columns <= most; columns++) {
    const rows = lines.reduce((sum, stations) => sum + Math.ceil(stations / columns), 0);
    const gaps = (rows + lines.length) * GAP;
    const byWidth = (width - (columns - 1) * GAP) / columns / tileWide;
    const byHeight = (height - gaps) / (rows * LINES_HIGH + lines.length * TITLE_HIGH);
    const font = Math.min(byWidth, byHeight, TILE_FONT_MAX);
    // Of the same letters, the lower picture.
    if (font >= best.font) best = { columns, font };
  }
  if (best.font >= TILE_FONT_MIN) return best;
  const columns = Math.floor((width + GAP) / (TILE_FONT_SCROLLED * tileWide + GAP));
  return { columns: Math.min(most, Math.max(1, columns)), font: TILE_FONT_SCROLLED };
}

/** What stands beside the name in a tile: picture, gaps and edges. */
const BESIDE_NAME = 3.5;
/** For the word below the name. */
const NAME_WIDE_MIN = 4.6;
/** Longer names are cut off rather than make all letters small. */
const NAME_WIDE_MAX = 9;
const LETTER_WIDE = 0.68;

/** How wide a tile has to be for these names on two lines, in heights of its letters. */
export function tileWideOf(titles: string[]): number {
  return BESIDE_NAME + Math.min(NAME_WIDE_MAX, Math.max(NAME_WIDE_MIN, ...titles.map(nameWide)));
}

/** The longer of two lines, broken where it is best. */
function nameWide(title: string): number {
  const breaks = [...title.matchAll(/\s|(?<=[-\u2e80-\uffff])/gu)].map((match) => match.index);
  return Math.min(...[title.length, ...breaks].map((at) => Math.max(wide(title.slice(0, at)), wide(title.slice(at).trim()))));
}

function wide(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 1.1 : LETTER_WIDE), 0);
}
