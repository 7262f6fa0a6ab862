/** A form that is being filled in: what was typed, and what the engine sees in it.
 *
 *  Every place has its own signals: a keystroke draws the field it was typed into and those that it changes. */
import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';

import { language, t } from '../core/i18n';
import { isAmbiguous } from '../core/numbers';
import { isPending } from '../core/pending';
import type { Answers, Changes, Field, Json, Mark, Refusal, TaskButton, Verdict } from '../core/types';
import { at, cells, columnsOf, concerns, fieldOfPath, inOrderOf, isAsked, isBlank, toSend, valueToSend, withAt } from './answers';

/** One place that takes an answer. Its path is that of refusals: `shaft_diameter`, `defects[2].code`. */
export interface Slot<F extends Field = Field> {
  field: F;
  path: string;
  form: FormState;
  value: ReadonlySignal<Json | undefined>;
  shown: ReadonlySignal<boolean>;
  verdict: ReadonlySignal<Verdict | undefined>;
  /** One for each sample that has text, in order. */
  samples: ReadonlySignal<Verdict[]>;
  mean: ReadonlySignal<string | undefined>;
  /** What is wrong, once it is time to say so. */
  refusal: ReadonlySignal<string | undefined>;
  /** What a `formula` gives. */
  computed: ReadonlySignal<string | undefined>;
  /** What will have to be confirmed. */
  warning: ReadonlySignal<string | undefined>;
  /** A default, shown and no answer until it is taken. */
  suggestion: ReadonlySignal<Json | undefined>;
  /** What was answered here last time, for fields that offer it; no answer until it is taken. */
  last: Json | undefined;
  /** What somebody else has typed here meanwhile, until one of the two is chosen. */
  other: ReadonlySignal<Other | undefined>;
  set(value: Json | undefined): void;
  /** The person went on: from now on it is said what is wrong here. */
  leave(): void;
  /** Ends the question of which of the two counts. */
  settle(taken: 'own' | 'other'): void;
}

/** An answer of somebody else to the same field. */
export interface Other {
  value: Json | undefined;
  person: string | null;
}

/** What a task or a start offers beside its fields. */
export interface Offered {
  /** Where lists to choose from are asked, up to the first parameter: `/tasks/4711.2/choices?`. */
  choices?: string;
  buttons?: TaskButton[] | undefined;
  last?: Answers | undefined;
}

/** Tells the engine what changed, `null` for what is not answered any more, and gets what that changes. */
export type Check = (changed: Answers) => Changes;

/** When the engine looks at what was typed: it calls the look that it is given. */
export type Soon = (look: () => void) => void;

const AT_ONCE: Soon = (look) => look();

const NONE: Mark = {};
const NO_SAMPLES: Verdict[] = [];

/** Said only when someone tries to send the form: a field that was just passed over is no mistake yet. */
const SAID_LATE = new Set(['missing', 'too-few']);

export class FormState {
  readonly fields: Field[];
  /** See [`Offered`]. */
  readonly choices: string | undefined;
  /** Fields that the buttons of the form answer: they are not drawn, and no draft keeps them. */
  readonly pressed: ReadonlySet<string>;
  readonly #last: Answers;
  readonly #byId: ReadonlyMap<string, Field>;
  /** Its own: what is typed is written into it. */
  readonly #answers: Answers;
  #check: Check | undefined;
  #soon: Soon = AT_ONCE;
  /** What was typed since the engine looked last. */
  #unseen: Answers = {};
  #changed: (field: string, value: Json | undefined) => void = () => {};
  readonly #values = new Map<string, Signal<Json | undefined>>();
  readonly #marks = new Map<string, Signal<Mark>>();
  readonly #shownAt = new Map<string, Signal<boolean>>();
  /** Places that are shown. */
  #shown: Set<string> = new Set();
  readonly #byOrder: (a: string, b: string) => number;
  /** Places that stand in the way of sending, by their fields: all of them, said already or not. */
  readonly #refused = new Map<string, Set<string>>();
  readonly #slots = new Map<string, Slot>();
  readonly #left = signal<ReadonlySet<string>>(new Set());
  readonly #tried = signal(false);
  readonly #told = signal<readonly Refusal[]>([]);
  readonly #others = signal<ReadonlyMap<string, Other>>(new Map());
  /** Counts every change, for what is said of the form as a whole. */
  readonly #turn = signal(0);

  constructor(fields: Field[], answers: Answers, { choices, buttons = [], last = {} }: Offered = {}) {
    this.fields = fields;
    this.choices = choices;
    this.pressed = new Set(buttons.map(({ field }) => field));
    this.#last = last;
    this.#byId = new Map(fields.map((field) => [field.id, field]));
    this.#byOrder = inOrderOf(fields);
    this.#answers = { ...answers };
    this.#show(this.#withoutEngine());
  }

  /** Called with every change of a field of the form that is made here, rows as a whole. */
  onChange(changed: (field: string, value: Json | undefined) => void): void {
    this.#changed = changed;
  }

  /** From now on the engine looks at every change: `soon` after it was typed, so that what is typed is seen first, and
   *  before anything is made of it. */
  useEngine(check: Check, soon = AT_ONCE): void {
    batch(() => {
      this.#check = check;
      this.#soon = soon;
      this.#unseen = {};
      // What it sees is all that there is.
      this.#forget();
      this.#shown = new Set();
      this.#look(toSend(this.fields, this.#answers, () => true));
      this.#tellShown();
    });
  }

  /** What stands in the way of sending, in the order of the form. */
  readonly refusals: ReadonlySignal<{ field: string; message: string }[]> = computed(() => {
    void this.#turn.value;
    const wrong = this.#mayBeSaid().flatMap((field) => {
      // Until a button is pressed, its field is not missing.
      if (this.pressed.has(field) && isBlank(this.#answers[field])) return [];
      // Every change counts a turn: to depend on each of hundreds of places would cost more than to look at them.
      const message = this.#said(field, this.#mark(field).peek());
      return message === undefined ? [] : [{ field, message }];
    });
    return wrong.sort((a, b) => this.#byOrder(a.field, b.field));
  });

  /** What is to be confirmed with the answers as they are, in the order of the form. */
  warnings(): { field: string; message: string }[] {
    this.look();
    const shown = [...this.#shown].sort(this.#byOrder);
    const warned = shown.map((field) => ({ field, message: this.#warned(this.#mark(field).peek()) }));
    return warned.flatMap(({ field, message }) => (message === undefined ? [] : [{ field, message }]));
  }

  /** Proofs of second people, by field. They are kept nowhere but here. */
  readonly confirmed = new Map<string, Answers>();

  /** How many answers stand in the way of sending. */
  readonly wrong: ReadonlySignal<number> = computed(() => this.refusals.value.length + this.#others.value.size);

  /** Fields that must be answered, and how many of them are. */
  readonly needed: ReadonlySignal<number> = computed(() => this.#needed().length);
  readonly done: ReadonlySignal<number> = computed(() => {
    return this.#needed().filter(({ id }) => !this.#refused.has(id) && !isBlank(this.#answers[id])).length;
  });

  /** Fields of which somebody else has typed something else. */
  readonly contested: ReadonlySignal<string[]> = computed(() => [...this.#others.value.keys()]);

  /** The engine looks now at what it has not seen yet. */
  look(): void {
    const unseen = this.#unseen;
    if (Object.keys(unseen).length === 0) return;
    this.#unseen = {};
    batch(() => this.#look(unseen));
  }

  isShown(path: string): boolean {
    return this.#shown.has(path);
  }

  slot<F extends Field>(field: F, path: string = field.id): Slot<F> {
    const known = this.#slots.get(path);
    if (known) return known as unknown as Slot<F>;
    const mark = this.#mark(path);
    const own = this.#value(fieldOfPath(path));
    const slot: Slot<F> = {
      field,
      path,
      form: this,
      value: path === field.id ? own : computed(() => at({ [fieldOfPath(path)]: own.value ?? null }, path)),
      shown: this.#shownSignal(path),
      verdict: computed(() => mark.value.verdict),
      samples: computed(() => mark.value.samples ?? NO_SAMPLES),
      mean: computed(() => mark.value.mean),
      refusal: computed(() => this.#wrongAt(path)),
      computed: computed(() => mark.value.value),
      warning: computed(() => this.#warned(mark.value)),
      suggestion: computed(() => mark.value.default),
      last: this.#last[path],
      other: computed(() => this.#others.value.get(path)),
      set: (value) => this.#set(path, value),
      leave: () => this.#leave(path),
      settle: (taken) => this.#settle(path, taken),
    };
    this.#slots.set(path, slot as unknown as Slot);
    return slot;
  }

  /** All of it, for the draft: hidden fields keep what was typed for the case that they come back. */
  get typed(): Answers {
    return { ...this.#answers };
  }

  /** What is sent: shown fields only, numbers as numbers. */
  answers(): Answers {
    this.look();
    return toSend(this.fields, this.#answers, (path) => this.isShown(path));
  }

  /** Shows everything that is wrong; false when something is. */
  ready(): boolean {
    this.look();
    this.#tried.value = true;
    for (const mark of this.#marks.values()) {
      if (mark.peek().refused?.some(({ code }) => code !== 'not-shown')) return false;
    }
    return true;
  }

  /** A button answers its field; other fields may be shown with it. */
  press({ field, answer }: TaskButton): void {
    batch(() => {
      this.#put(field, answer);
      this.look();
    });
  }

  /** The form is not sent that way after all. */
  unpress({ field }: TaskButton): void {
    batch(() => {
      this.#put(field, undefined);
      this.look();
    });
  }

  /** What the server refused. */
  tell(refusals: Refusal[]): void {
    this.#tried.value = true;
    this.#told.value = refusals;
  }

  /** Answers that somebody else gave, where nothing else was typed here. */
  adopt(answers: Answers, fields: Iterable<string>): void {
    batch(() => {
      for (const field of fields) this.#put(field, answers[field]);
      this.look();
    });
  }

  /** Answers that somebody else gave where something else was typed here: one of the two has to be chosen. */
  contest(others: ReadonlyMap<string, Other>): void {
    this.#others.value = new Map([...this.#others.value, ...others]);
  }

  hasPending(): boolean {
    return Object.values(this.answers()).some(isPending);
  }

  #needed(): Field[] {
    void this.#turn.value;
    return this.fields.filter(
      (field) => !field.optional && isAsked(field) && this.#shown.has(field.id) && !this.pressed.has(field.id),
    );
  }

  /** Places of which something may have to be said: as long as nobody has tried to send the form, those that were left. */
  #mayBeSaid(): string[] {
    const told = this.#told.value.map(({ field }) => field);
    const known = this.#tried.value ? [...this.#refused.values()].flatMap((places) => [...places]) : this.#left.value;
    return [...new Set([...known, ...told])];
  }

  #wrongAt(path: string): string | undefined {
    return this.#said(path, this.#mark(path).value);
  }

  #said(path: string, { refused = [] }: Mark): string | undefined {
    const tried = this.#tried.value;
    const left = tried || this.#left.value.has(path);
    const wrong = refused.filter(({ code }) => code !== 'not-shown' && left);
    if (wrong.length > 0 && this.#isAmbiguous(path)) return t('number.ambiguous');
    const said = wrong.find(({ code }) => tried || !SAID_LATE.has(code));
    if (said) return language.value === 'zh' ? said.zh : sentence(said.en);
    // The server's word about an answer that has not changed since.
    const told = this.#told.value.find(({ field }) => field === path);
    return told && sentence(told.message);
  }

  /** A number whose comma can be read in two ways: it is refused, and nothing but that is said of it. */
  #isAmbiguous(path: string): boolean {
    const field = fieldOfPath(path);
    void this.#value(field).value;
    const typed = at(this.#answers, path) ?? this.#answers[field];
    return [typed].flat().some((one) => typeof one === 'string' && isAmbiguous(one)) && this.#isNumber(path);
  }

  #isNumber(path: string): boolean {
    const field = this.#byId.get(fieldOfPath(path));
    const column = field && columnsOf(field).find(({ id }) => path.endsWith(`].${id}`));
    return ['whole', 'number', 'percent', 'measure', 'counter', 'money'].includes((column || field)?.kind ?? '');
  }

  #warned({ warned = [] }: Mark): string | undefined {
    const [first] = warned;
    return first && (language.value === 'zh' ? first.zh : sentence(first.en));
  }

  #set(path: string, value: Json | undefined): void {
    const field = fieldOfPath(path);
    batch(() => {
      const whole = path === field ? value : withAt({ [field]: this.#answers[field] ?? null }, path, value)[field];
      const isAwaited = Object.keys(this.#unseen).length > 0;
      this.#put(field, whole);
      if (!isAwaited) this.#soon(() => this.look());
      if (this.#told.value.some((refusal) => concerns(refusal.field, path))) {
        this.#told.value = this.#told.value.filter((refusal) => !concerns(refusal.field, path));
      }
    });
    this.#changed(field, this.#answers[field]);
  }

  #put(field: string, value: Json | undefined): void {
    if (value === undefined) delete this.#answers[field];
    else this.#answers[field] = value;
    this.#value(field).value = value;
    const known = this.#byId.get(field);
    if (!known) return;
    const sent = isBlank(value) ? undefined : valueToSend(known, value as Json, () => true, field);
    this.#unseen[field] = sent ?? null;
  }

  #look(changed: Answers): void {
    this.#turn.value++;
    if (this.#check) {
      try {
        this.#take(this.#check(changed));
        return;
      } catch {
        // The engine has failed: the server judges when the form is sent.
        this.#check = undefined;
        this.#forget();
      }
    }
    this.#show(this.#withoutEngine());
  }

  /** The engine in the page knows the app and not the site: what can be chosen of the site, the server has said, and it
   *  judges what is chosen when the form is sent. */
  #known(path: string, mark: Mark): Mark {
    if (!mark.refused) return mark;
    const field = this.#byId.get(fieldOfPath(path));
    const kind = (field && columnsOf(field).find(({ id }) => path.endsWith(`].${id}`)))?.kind ?? field?.kind ?? '';
    if (!['place', 'shift', 'reason'].includes(kind)) return mark;
    const { refused, ...rest } = mark;
    const left = refused.filter(({ code }) => code !== 'not-an-option');
    return left.length > 0 ? { ...rest, refused: left } : rest;
  }

  #take({ shown = [], hidden = [], marks }: Changes): void {
    for (const [path, mark] of Object.entries(marks)) this.#note(path, this.#known(path, mark ?? NONE));
    for (const path of hidden) this.#shown.delete(path);
    for (const path of shown) this.#shown.add(path);
    for (const path of [...hidden, ...shown]) {
      const known = this.#shownAt.get(path);
      if (known) known.value = this.#shown.has(path);
    }
  }

  #note(path: string, mark: Mark): void {
    this.#mark(path).value = mark;
    const field = fieldOfPath(path);
    const places = this.#refused.get(field);
    if (mark.refused) {
      if (places) places.add(path);
      else this.#refused.set(field, new Set([path]));
    } else if (places?.delete(path) && places.size === 0) this.#refused.delete(field);
  }

  #forget(): void {
    for (const path of this.#marks.keys()) this.#note(path, NONE);
  }

  #show(paths: string[]): void {
    this.#shown = new Set(paths);
    this.#tellShown();
  }

  #tellShown(): void {
    for (const [path, shown] of this.#shownAt) shown.value = this.#shown.has(path);
  }

  #withoutEngine(): string[] {
    // Conditions are the engine's: without it a conditional field is shown when it was answered before.
    const shown = this.fields.filter((field) => !field.show_if || this.#answers[field.id] !== undefined);
    return shown.flatMap((field) => [field.id, ...cells(field, this.#answers[field.id])]);
  }

  #leave(path: string): void {
    if (!this.#left.peek().has(path)) this.#left.value = new Set(this.#left.peek()).add(path);
  }

  #settle(path: string, taken: 'own' | 'other'): void {
    const other = this.#others.peek().get(path);
    if (!other) return;
    batch(() => {
      this.#others.value = new Map([...this.#others.peek()].filter(([field]) => field !== path));
      // Either way it has been answered now.
      this.#set(path, taken === 'other' ? other.value : this.#answers[path]);
    });
  }

  #value(field: string): Signal<Json | undefined> {
    return known(this.#values, field, () => this.#answers[field]);
  }

  #mark(path: string): Signal<Mark> {
    return known(this.#marks, path, () => NONE);
  }

  #shownSignal(path: string): Signal<boolean> {
    return known(this.#shownAt, path, () => this.#shown.has(path));
  }
}

/** The signal of that name, made with a first value when it is asked for. */
function known<T>(signals: Map<string, Signal<T>>, name: string, first: () => T): Signal<T> {
  let found = signals.get(name);
  if (!found) {
    found = signal(first());
    signals.set(name, found);
  }
  return found;
}

/** The engine's messages are fragments; beside a field they stand alone. */
function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
