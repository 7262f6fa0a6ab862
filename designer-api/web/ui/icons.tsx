/** Pictures are drawn here and not taken from fonts: kiosks often have neither emoji nor symbols. */

const PATHS = {
  ok: 'M4 12.5 9.5 18 20 6.5',
  not_ok: 'M6 6l12 12M18 6 6 18',
  not_decidable: 'M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18.2v.1',
  undefined: 'M12 5a7 7 0 1 0 .01 0',
  clock: 'M12 7v5l3.5 2M12 3a9 9 0 1 0 .01 0',
  late: 'M12 3 2.5 20h19zM12 10v4.5M12 17.2v.1',
  person: 'M12 4a4 4 0 1 0 .01 0M4.5 20c.6-4 3.7-6 7.5-6s6.9 2 7.5 6',
  people: 'M9 5a3.5 3.5 0 1 0 .01 0M2.5 19c.5-3.5 3-5 6.5-5s6 1.5 6.5 5M16 5.4a3.2 3.2 0 0 1 0 6.2M18 14.4c2 .6 3.2 2.1 3.5 4.6',
  station: 'M3.5 5h17v10h-17zM8.5 20h7M12 15v5',
  play: 'M7 4.5v15l12-7.5z',
  back: 'M14.5 5 7.5 12l7 7',
  next: 'M9.5 5l7 7-7 7',
  menu: 'M4 6.5h16M4 12h16M4 17.5h16',
  out: 'M14 4H5v16h9M10 12h11M17.5 8.5 21 12l-3.5 3.5',
  camera: 'M3.5 7.5H8l1.5-2.5h5L16 7.5h4.5v11.5h-17zM12 9.5a3.5 3.5 0 1 0 .01 0',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8.5v7M11 8.5v7M13.5 8.5v7M16 8.5v7',
  file: 'M6 3.5h8l4.5 4.5v12.5H6zM13.5 3.5V8.5h5',
  sign: 'M3.5 19.5h17M5 15.5 15.5 5l3 3L8 18.5l-3.5.5z',
  keypad: 'M6 5h.1M12 5h.1M18 5h.1M6 11h.1M12 11h.1M18 11h.1M6 17h.1M12 17h.1M18 17h.1',
  erase: 'M9 6h11.5v12H9L3.5 12zM12 9.5l5 5M17 9.5l-5 5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  up: 'M5 15l7-7 7 7',
  down: 'M5 9l7 7 7-7',
  bin: 'M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13',
  hold: 'M9 4.5v15M15 4.5v15',
  call: 'M6 17h12l-1.5-2.5V10a4.5 4.5 0 0 0-9 0v4.5zM10.5 20h3',
  run: 'M6 4v10M6 20a2 2 0 1 0-.01-4 2 2 0 0 0 .01 4M18 4a2 2 0 1 0 .01 4A2 2 0 0 0 18 4M18 8c0 5-12 2-12 8',
  print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z',
  search: 'M10.5 4a6.5 6.5 0 1 0 .01 0M15.5 15.5 20.5 20.5',
  offline: 'M3 3l18 18M5 10a11 11 0 0 1 4-2.3M19 10a11 11 0 0 0-6.5-3M8.5 14a5.5 5.5 0 0 1 5-1.2M12 18.2v.1',
  saved: 'M4 13.5a4 4 0 0 1 2.5-7A6 6 0 0 1 18 8.5a4 4 0 0 1-.5 9H8M9 13l2.5 2.5L16 11',
  day: 'M12 8a4 4 0 1 0 .01 0M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.5 5.5 7 7M17 17l1.5 1.5M18.5 5.5 17 7M7 17l-1.5 1.5',
  night: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  floor: 'M3.5 20V9.5l5.5 3V9.5l5.5 3V5h6v15z',
  info: 'M12 3a9 9 0 1 0 .01 0M12 11v5.5M12 7.6v.1',
  lock: 'M5.5 11h13v9h-13zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  home: 'M3.5 11.5 12 4l8.5 7.5M6 10v10h12V10',
  message: 'M3.5 5h17v11h-9L7 20v-4H3.5z',
  table: 'M3.5 5h17v14h-17zM3.5 10h17M9.5 10v9',
} as const;

export type IconName = keyof typeof PATHS;

const THICK = new Set<IconName>(['keypad', 'hold']);

/** Says nothing to a screen reader: a word always stands beside it. */
export function Icon({ name, size }: { name: IconName; size?: number }) {
  const side = size ?? 24;
  return (
    <svg
      class="icon"
      width={side}
      height={side}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2.25"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path
        d={PATHS[name]}
        {...(THICK.has(name) ? { 'stroke-width': '3.5' } : {})}
        {...(name === 'play' ? { fill: 'currentColor' } : {})}
        {...(name === 'undefined' ? { 'stroke-dasharray': '3 3.3' } : {})}
      />
    </svg>
  );
}
