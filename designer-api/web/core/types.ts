/** What the API answers, as far as the pages read it; the API's own description is `/api/v1/openapi.json`. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Answers = Record<string, Json>;

/** A sentence by language; `default` where the reader's language has none. */
export type Text = { default: string } & Record<string, string>;

export type Verdict = 'ok' | 'not_ok' | 'not_decidable' | 'undefined';

export type Party = 'everyone' | { role: string } | { person: string } | { station: string };

export interface List<T> {
  items: T[];
  next: string | null;
}

/** Everybody reads and works; the others are given to a person. */
export type Right = 'read' | 'work' | 'supervise' | 'author' | 'admin';

export interface Person {
  id: string;
  name: string;
  roles: string[];
  rights: Right[];
  language?: string | null;
}

/** A person as an administrator sees them: which credentials there are, never the credentials. */
export interface PersonDetail extends Person {
  has_password?: boolean;
  has_pin?: boolean;
  has_badge?: boolean;
  active?: boolean;
}

export interface Place {
  id: string;
  title: string;
}

export interface Session {
  person: Person;
  station: Place | null;
  csrf: string;
  idle_s: number;
  expires_at: string;
}

export type Way = 'badge' | 'pin' | 'password';

/** Members of the problem `signed-out`. */
export interface SignedOut {
  station: Place | null;
  ways: Way[];
  setup_needed: boolean;
  /** People that the server made up for a demonstration, with their secrets. */
  demo?: DemoPerson[];
}

export interface DemoPerson {
  person: string;
  name: string;
  roles: string[];
  rights: Right[];
  password: string;
  pin: string;
  badge: string;
}

export interface Equipment {
  id: string;
  title: string;
  level: 'site' | 'area' | 'line' | 'station';
  parent: string | null;
}

export interface Site {
  title: string;
  time_zone: string;
  equipment: Equipment[];
  roles: Place[];
}

export interface AppView {
  id: string;
  version: number;
  title: string;
  about: string | null;
}

export interface Startable {
  app: string;
  version: number;
  title: Text;
  inputs: Field[];
}

export interface Task {
  id: string;
  run: string;
  task: number;
  version: number;
  app: string;
  app_version: number;
  step: string;
  title: string;
  to: Party;
  at: string[];
  opened_at: string;
  due_at: string | null;
  late: boolean;
  reserved_by: string | null;
  not_by: string[];
  sign: string | null;
  show: { label: string; value: Json }[];
  round: number;
}

export interface Draft {
  version: number;
  person: string | null;
  at: string;
  answers: Answers;
}

export interface TaskDetail extends Task {
  form: Field[];
  context: Record<string, Json>;
  draft: Draft | null;
  /** What the fields that offer it were answered last; no answers. */
  last?: Answers;
  buttons?: TaskButton[];
  pages?: Page[];
}

/** A part of a form. A field that is on no page comes after them. */
export interface Page {
  title: Text;
  fields: string[];
}

/** One of several ways to send a form: to press it is to answer `field` with `answer`. */
export interface TaskButton {
  id: string;
  title: Text;
  /** What was answered is not sent: the form goes back as it came. */
  without_answers: boolean;
  field: string;
  answer: Json;
}

export type Status = 'waiting' | 'stopped' | 'finished' | 'failed' | 'cancelled';

export type Waiting =
  | { for: 'task'; task: number; step: string; to: Party }
  | { for: 'time'; step: string; until: string }
  | { for: 'message'; step: string; name: string }
  | { for: 'call'; step: string; app: string }
  | { for: 'ask'; step: string; ask: number; word: string; attempt: number }
  | { for: 'retry'; step: string; until: string; message: string }
  | { for: 'rest'; step: string }
  | { for: 'turn'; step: string; name: string }
  | { for: 'while'; step: string }
  | { for: 'repair'; step: string; message: string }
  /** A brake is on it, or it waits for its turn to be let go. */
  | { for: 'held_back'; step?: undefined };

export interface Run {
  id: string;
  app: string;
  app_version: number;
  status: Status;
  outcome: string | null;
  station: string | null;
  started_by: string;
  started_at: string;
  updated_at: string;
  ended_at: string | null;
  seq: number;
  waiting_for: Waiting[];
  tasks: Task[];
}

export interface Entry {
  seq: number;
  at: string;
  person: string | null;
  /** A token's name, `station/…`, `web/browser`, `run …` or `timer`. */
  via: string;
  facts: Fact[];
  /** What the facts do not say: why a hold was released by hand. */
  note: string | null;
  /** How a signature was confirmed. */
  confirmed?: Way | null;
}

/** `what` says which members there are; they are read with care, for later servers know more of them. */
export interface Fact {
  what: string;
  step: string | null;
  round: number;
  [member: string]: Json;
}

export interface Hold {
  target: string;
  run: string;
  app: string;
  why: string;
  since: string;
}

export interface Notice {
  id: number;
  run: string;
  app: string;
  step: string;
  to: Party;
  text: string;
  at: string;
}

/** All that is open on the site, whoever may do it. `station`: where the task is asked, or where its run began. */
export interface FloorView {
  tasks: (Task & { station: string | null })[];
  holds: Hold[];
  /** Of runs that are still under way: someone was told, and it is not over. */
  calls: (Notice & { station: string | null })[];
  /** Each list is cut: so many more there are. */
  tasks_more?: number;
  holds_more?: number;
  calls_more?: number;
}

export interface Range {
  lower?: number | string;
  upper?: number | string;
}

interface FieldBase {
  id: string;
  title: Text;
  optional: boolean;
  hint?: Text;
  show_if?: string;
  default?: Json;
}

interface Numeric {
  range?: Range;
  unit?: string;
  /** The unit as people read it. */
  unit_symbol?: string;
}

type Nothing = Record<never, never>;

/** What each kind of field has besides the members of every field. */
interface Details {
  info: Nothing;
  text: { characters_max?: number };
  long_text: { characters_max?: number };
  whole: { target?: number | string } & Numeric;
  number: { decimals_max?: number } & Numeric;
  measure: {
    limits?: Range;
    target?: number | string;
    unit?: string;
    unit_symbol?: string;
    decimals?: number;
    samples: number;
    uncertainty?: number | string;
  };
  percent: { range?: Range };
  yes_no: Nothing;
  check: { not_applicable_allowed: boolean };
  choose: { from: Text[] };
  choose_many: { from: Text[]; at_least: number; at_most: number };
  date: Nothing;
  time: Nothing;
  date_time: Nothing;
  scan: { pattern?: string };
  photo: { at_most: number };
  file: { at_most: number };
  tick: Nothing;
  sign: { meaning?: Text };
  rows: { columns: Field[]; at_least: number; at_most: number };
  warning: Nothing;
  /** An address, or a page of the help. */
  link: { to: string };
  counter: { range?: Range; step: number };
  duration: { min_ms?: number; max_ms?: number };
  money: { currency: string; decimals_max?: number; range?: Range };
  formula: { is: string; unit?: string; unit_symbol?: string };
  reason: { tree: Branch[] };
  rank: { from: Text[] };
  rating: { at_most: number };
  matrix: { rows: { id: string; title: Text }[]; from: Text[] };
  month: Nothing;
  shift: { options: { id: string; title: string }[] };
  place: { options: { id: string; title: string; parent?: string | null }[] };
  gps: Nothing;
  mark: { picture?: string; picture_blob?: string; picture_field?: string; codes: Text[]; at_most: number };
  sketch: { at_most: number };
  video: { at_most: number };
  audio: { at_most: number };
  gs1: { needs: string[] };
  serial: Code;
  lot: Code;
  material: Code;
  asset: Code;
  order: Code;
  rfid: Code;
  gauge: { from_table: string };
  person: { role?: string };
  verify: { role?: string; meaning?: Text };
  group: { fields: Field[]; at_least: number; at_most: number };
  pick: { from_table: string; columns: string[]; show: string[] };
  signal: { from: string; unit?: string; unit_symbol?: string; limits?: Range };
}

/** A reason, and those below it. */
export interface Branch {
  text: Text;
  below?: Branch[];
}

interface Code {
  pattern?: string;
  from_table?: string;
}

export type FieldKind = keyof Details;
export type FieldOf<K extends FieldKind> = { [Kind in K]: FieldBase & { kind: Kind } & Details[Kind] }[K];
/** A field as `/tasks/{task}` and `/startable` describe it. */
export type Field = FieldOf<FieldKind>;

/** What a machine said last. */
export interface SignalView {
  id: string;
  unit: string | null;
  value: Json;
  quality: 'good' | 'uncertain' | 'bad' | null;
  read_at: string | null;
  /** Too old to be counted. */
  stale: boolean;
}

/** What can be answered to a field that names a record or a person. */
export interface Choices {
  items: { key: string; values: Answers }[];
  more: boolean;
}

/** One answer that was refused. */
export interface Refusal {
  field: string;
  code: string;
  message: string;
}

/** RFC 9457, with Gemba's members. */
export interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string;
  fields?: Refusal[];
  now?: number;
  retry_after_s?: number;
}

/** What an event of `/events` tells. */
export interface Change {
  kind: 'task' | 'draft' | 'run' | 'hold' | 'notice' | 'app';
  run?: string;
  task?: string;
  app?: string;
  station?: string;
  to?: Party;
  seq?: number;
  /** Of an app, or of a draft. */
  version?: number;
}

/** What the engine says at one place of a form: `engine-wasm/src/check.rs`. */
export interface Mark {
  verdict?: Verdict;
  samples?: Verdict[];
  mean?: string;
  refused?: { code: string; en: string; zh: string }[];
  default?: Json;
  /** What a `formula` gives. */
  value?: string;
  /** What is to be confirmed before it is taken. */
  warned?: { en: string; zh: string }[];
}

/** What one look of the engine sees that the one before did not. */
export interface Changes {
  /** Places that are shown now, and those that are not any more. */
  shown?: string[];
  hidden?: string[];
  /** `null` where nothing is to be said any more. */
  marks: Record<string, Mark | null>;
}

/** Titles of an app: `engine-wasm/src/outline.rs`. */
export interface Outline {
  title: Text;
  inputs: OutlineField[];
  steps: Record<string, { kind: string; title: Text; sign?: Text; fields?: OutlineField[]; show?: string[] }>;
  tables: Record<string, Text>;
}

export interface OutlineField {
  id: string;
  kind: FieldKind;
  title: Text;
  unit?: string;
  decimals?: number;
  limits?: { lower?: string; upper?: string };
  target?: string;
  uncertainty?: string;
  /** Options of `choose` and `choose_many`. */
  from?: Text[];
  /** Of `sign`. */
  meaning?: Text;
  columns?: OutlineField[];
}
