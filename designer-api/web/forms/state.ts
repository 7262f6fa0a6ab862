/** A form that is being filled in: what was typed, and what the engine sees in it. */
import { computed, signal, type ReadonlySignal } from '@preact/signals';

import { language } from '../core/i18n';
import { jsonNumber } from '../core/numbers';
import { isPending } from '../core/pending';
import type { Answers, Field, FieldOf, Json, Refusal, Seen, Verdict } from '../core/types';

/** One place that takes an answer. Its path is that of refusals: `shaft_diameter`, `defects[2].code`. */
export interface Slot<F extends Field = Field> {
  field: F;
  path: string;
  form: FormState;
  value: ReadonlySignal<Json | undefined>;
  verdict: ReadonlySignal<Verdict | undefined>;
  /** One for each sample that has text, in order. */
  samples: ReadonlySignal<Verdict[]>;
  mean: ReadonlySignal<string | undefined>;
  /** What is wrong, once it is time to say so. */
  refusal: ReadonlySignal<string | undefined>;
  /** A default, shown and no answer until it is taken. */
  suggestion: ReadonlySignal<Json | undefined>;
  set(value: Json | undefined): void;
  /** The person went on: from now on it is said what is wrong here. */
  leave(): void;
}

export type Check = (answers: Answers) => Seen;

const NOTHING: Seen = { shown: [], verdicts: {}, samples: {}, means: {}, refused: [], defaults: {} };

/** Said only when someone tries to send the form: a field that was just passed over is no mistake yet. */
const SAID_LATE = new Set(['missing', 'too-few']);

export class FormState {
  readonly fields: Field[];
  readonly #answers = signal<Answers>({});
  readonly #left = signal<ReadonlySet<string>>(new Set());
  readonly #tried = signal(false);
  readonly #told = signal<readonly Refusal[]>([]);
  readonly #check = signal<Check | undefined>(undefined);
  readonly #slots = new Map<string, Slot>();
  #changed: (field: string, value: Json | undefined) => void = () => {};

  constructor(fields: Field[], answers: Answers) {
    this.fields = fields;
    this.#answers.value = answers;
  }

  /** Called with every change of a field of the form, rows as a whole. */
  onChange(changed: (field: string, value: Json | undefined) => void): void {
    this.#changed = changed;
  }

  /** From now on the engine looks at every change. */
  useEngine(check: Check): void {
    this.#check.value = check;
  }

  readonly seen: ReadonlySignal<Seen> = computed(() => {
    const check = this.#check.value;
    return check ? check(this.#all()) : { ...NOTHING, shown: this.#withoutEngine() };
  });

  /** Paths of fields that are shown, as one text, so that the page is only laid out again when it changes. */
  readonly layout: ReadonlySignal<string> = computed(() => this.seen.value.shown.join('\n'));

  readonly shown: ReadonlySignal<ReadonlySet<string>> = computed(() => new Set(this.layout.value.split('\n')));

  readonly #wrong: ReadonlySignal<ReadonlyMap<string, string>> = computed(() => {
    const wrong = new Map<string, string>();
    for (const { field, code, en, zh } of this.seen.value.refused) {
      const late = SAID_LATE.has(code) && !this.#tried.value;
      const left = this.#tried.value || this.#left.value.has(field);
      if (code !== 'not-shown' && left && !late && !wrong.has(field)) {
        wrong.set(field, language.value === 'zh' ? zh : sentence(en));
      }
    }
    for (const { field, message } of this.#told.value) {
      // The server's word about an answer that has not changed since.
      if (!wrong.has(field)) wrong.set(field, sentence(message));
    }
    return wrong;
  });

  /** What stands in the way of sending, in the order of the form. */
  readonly refusals: ReadonlySignal<{ field: string; message: string }[]> = computed(() =>
    [...this.#wrong.value].map(([field, message]) => ({ field, message })),
  );

  /** Fields that must be answered and are, and how many there are. */
  readonly progress: ReadonlySignal<{ done: number; of: number }> = computed(() => {
    const needed = this.fields.filter(
      (field) => field.kind !== 'info' && !field.optional && this.shown.value.has(field.id),
    );
    const open = new Set(this.seen.value.refused.map(({ field }) => field.split(/[.[]/, 1)[0]));
    const answers = this.#answers.value;
    const done = needed.filter((field) => !open.has(field.id) && !isBlank(answers[field.id]));
    return { done: done.length, of: needed.length };
  });

  slot<F extends Field>(field: F, path: string = field.id): Slot<F> {
    const known = this.#slots.get(path);
    if (known) return known as Slot<F>;
    const slot: Slot<F> = {
      field,
      path,
      form: this,
      value: computed(() => at(this.#answers.value, path)),
      verdict: computed(() => this.seen.value.verdicts[path]),
      samples: listSignal(() => this.seen.value.samples[path] ?? []),
      mean: computed(() => this.seen.value.means[path]),
      refusal: computed(() => this.#wrong.value.get(path)),
      suggestion: computed(() => this.seen.value.defaults[path]),
      set: (value) => this.#set(path, value),
      leave: () => this.#leave(path),
    };
    this.#slots.set(path, slot as unknown as Slot);
    return slot;
  }

  /** All of it, for the draft: hidden fields keep what was typed for the case that they come back. */
  get typed(): Answers {
    return this.#answers.value;
  }

  /** What is sent: shown fields only, numbers as numbers. */
  answers(): Answers {
    return toSend(this.fields, this.#answers.value, (path) => this.shown.value.has(path));
  }

  /** Shows everything that is wrong; false when something is. */
  ready(): boolean {
    this.#tried.value = true;
    return !this.seen.value.refused.some(({ code }) => code !== 'not-shown');
  }

  /** What the server refused. */
  tell(refusals: Refusal[]): void {
    this.#tried.value = true;
    this.#told.value = refusals;
  }

  hasPending(): boolean {
    return Object.values(this.answers()).some(isPending);
  }

  #all(): Answers {
    return toSend(this.fields, this.#answers.value, () => true);
  }

  #withoutEngine(): string[] {
    // Conditions are the engine's: without it a conditional field is shown when it was answered before.
    const answers = this.#answers.value;
    const shown = this.fields.filter((field) => !field.show_if || answers[field.id] !== undefined);
    return shown.flatMap((field) => [field.id, ...cells(field, answers[field.id])]);
  }

  #set(path: string, value: Json | undefined): void {
    const [field = path] = path.split(/[.[]/, 1);
    this.#answers.value = withAt(this.#answers.value, path, value);
    if (this.#told.value.some((refusal) => concerns(refusal.field, path))) {
      this.#told.value = this.#told.value.filter((refusal) => !concerns(refusal.field, path));
    }
    this.#changed(field, this.#answers.value[field]);
  }

  #leave(path: string): void {
    if (!this.#left.value.has(path)) this.#left.value = new Set(this.#left.value).add(path);
  }
}

/** The engine's messages are fragments; beside a field they stand alone. */
function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}

/** Whether one path is the other or lies inside it. */
function concerns(refused: string, changed: string): boolean {
  const inside = (long: string, short: string) => long.startsWith(short) && /^([.[]|$)/.test(long.slice(short.length));
  return inside(refused, changed) || inside(changed, refused);
}

function listSignal<T extends string>(of: () => T[]): ReadonlySignal<T[]> {
  // Compared by its text, so that an equal list is no change.
  const joined = computed(() => of().join(' '));
  return computed(() => (joined.value === '' ? [] : (joined.value.split(' ') as T[])));
}

function cells(field: Field, value: Json | undefined): string[] {
  if (field.kind !== 'rows' || !Array.isArray(value)) return [];
  return value.flatMap((_, row) => field.columns.map((column) => `${field.id}[${row + 1}].${column.id}`));
}

const CELL = /^(.+)\[(\d+)\]\.(.+)$/;

function at(answers: Answers, path: string): Json | undefined {
  const cell = CELL.exec(path);
  if (!cell) return answers[path];
  const rows = answers[cell[1] ?? ''];
  const row = Array.isArray(rows) ? rows[Number(cell[2]) - 1] : undefined;
  return isRow(row) ? row[cell[3] ?? ''] : undefined;
}

function withAt(answers: Answers, path: string, value: Json | undefined): Answers {
  const cell = CELL.exec(path);
  if (!cell) return withMember(answers, path, value);
  const [field = '', number, column = ''] = cell.slice(1);
  const rows = answers[field];
  const list = Array.isArray(rows) ? [...rows] : [];
  const row = list[Number(number) - 1];
  list[Number(number) - 1] = withMember(isRow(row) ? row : {}, column, value);
  return { ...answers, [field]: list };
}

function withMember(members: Answers, name: string, value: Json | undefined): Answers {
  const copy = { ...members };
  if (value === undefined) delete copy[name];
  else copy[name] = value;
  return copy;
}

function isRow(value: Json | undefined): value is Answers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isBlank(value: Json | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** Numbers are kept as they are typed; here they become what the server reads. */
export function toSend(fields: Field[], typed: Answers, isShown: (path: string) => boolean, path = ''): Answers {
  const answers: Answers = {};
  for (const field of fields) {
    const value = typed[field.id];
    const place = path + field.id;
    if (field.kind === 'info' || isBlank(value) || !isShown(place)) continue;
    const sent = valueToSend(field, value as Json, isShown, place);
    if (sent !== undefined) answers[field.id] = sent;
  }
  return answers;
}

function valueToSend(field: Field, value: Json, isShown: (path: string) => boolean, path: string): Json | undefined {
  switch (field.kind) {
    case 'whole':
    case 'number':
    case 'percent':
      return typeof value === 'string' ? jsonNumber(value) : value;
    case 'measure':
      return measured(field, value);
    case 'choose_many':
    case 'photo':
    case 'file':
      return Array.isArray(value) && value.length === 0 ? undefined : value;
    case 'rows':
      return (value as Json[]).map((row, index) =>
        toSend(field.columns, isRow(row) ? row : {}, isShown, `${path}[${index + 1}].`),
      );
    default:
      return value;
  }
}

function measured(field: FieldOf<'measure'>, value: Json): Json | undefined {
  const samples = (Array.isArray(value) ? value : [value]).filter((sample) => !isBlank(sample));
  const numbers = samples.map((sample) => (typeof sample === 'string' ? jsonNumber(sample) : sample));
  if (numbers.length === 0) return undefined;
  return field.samples > 1 ? numbers : numbers[0];
}
