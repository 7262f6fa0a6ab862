import type { Equipment, FloorView } from '../core/types';

/** The worst thing that is known of a station decides how it is shown. */
export interface StationState {
  how: 'held' | 'calling' | 'late' | 'busy' | 'quiet';
  open: number;
  late: number;
}

/** Every station of the site; a hold of a line or area holds all that is in it. */
export function stationsOf(
  equipment: Equipment[],
  floor: FloorView,
  atMs: number,
): (StationState & { place: Equipment })[] {
  const held = new Set(floor.holds.map((hold) => hold.target));
  const parents = new Map(equipment.map((place) => [place.id, place.parent]));
  const isHeld = (id: string | null): boolean => id !== null && (held.has(id) || isHeld(parents.get(id) ?? null));
  return equipment
    .filter((place) => place.level === 'station')
    .map((place) => {
      const tasks = floor.tasks.filter((task) => task.station === place.id || task.at.includes(place.id));
      const late = tasks.filter((task) => task.due_at !== null && Date.parse(task.due_at) <= atMs).length;
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
