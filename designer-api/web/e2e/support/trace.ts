/** Reads from a trace of the browser what a key took of the page's main thread. */

/** Of the trace event format; times in microseconds, `tdur` and `tts` by the clock of the thread. */
export interface Traced {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  tts?: number;
  args?: { data?: { type?: string; message?: string; functionName?: string; duration?: number }; src_func?: string };
}

/** What the time of a key is spent on. `engine` is taken out of `script` where the page stamps it; `browser` is what has no name of its own:
 *  caret, autofill, scheduling, messages to other processes. */
export const PARTS = ['script', 'engine', 'style', 'layout', 'paint', 'idle', 'garbage', 'browser'] as const;
export type Part = (typeof PARTS)[number];

/** In ms of CPU time. */
export type Work = Record<Part | 'total', number>;

export interface KeyWork {
  /** Of none when the next key came first: the frame waits for what the machine has to do besides. */
  to_frame: Work | undefined;
  all: Work;
  /** From the press to the frame on the screen, in ms of wall time, as the browser's Event Timing has it. */
  presented_wall: number | undefined;
}

/** Stamps around the call that has the engine answer; `stampEngine` makes the page write them. */
const ENTERS = 'engine enters';
const LEAVES = 'engine leaves';

/** To be run in the page before its own scripts. */
export function stampEngine([work, enters, leaves]: [string, string, string]): void {
  const stamped = (instance: WebAssembly.Instance) => {
    const exports = Object.entries(instance.exports).map(([name, one]) => {
      if (typeof one !== 'function' || name !== work) return [name, one];
      const call = (...given: unknown[]): unknown => {
        console.timeStamp(enters);
        const got: unknown = one(...given);
        console.timeStamp(leaves);
        return got;
      };
      return [name, call];
    });
    return { exports: Object.fromEntries(exports) } as WebAssembly.Instance;
  };
  const load = WebAssembly.instantiateStreaming.bind(WebAssembly);
  WebAssembly.instantiateStreaming = async (...given) => {
    const { module, instance } = await load(...given);
    return { module, instance: stamped(instance) };
  };
}
export const STAMPS: [string, string, string] = ['answer', ENTERS, LEAVES];

/** What comes later than that after a key is counted with none. */
const COUNTED_US = 400_000;

const KNOWN: Record<string, Part> = {
  EventDispatch: 'script',
  FunctionCall: 'script',
  EvaluateScript: 'script',
  RunMicrotasks: 'script',
  TimerFire: 'script',
  FireAnimationFrame: 'script',
  FireIdleCallback: 'idle',
  UpdateLayoutTree: 'style',
  ScheduleStyleRecalculation: 'style',
  InvalidateLayout: 'layout',
  Layout: 'layout',
  HitTest: 'layout',
  PrePaint: 'paint',
  Paint: 'paint',
  Layerize: 'paint',
  Commit: 'paint',
  MajorGC: 'garbage',
  MinorGC: 'garbage',
};

/** For every key of the trace: the tasks of the page's main thread, from the one that brings it. */
export function keysOf(events: Traced[]): KeyWork[] {
  const downs = events.filter(({ name, args }) => name === 'EventDispatch' && args?.data?.type === 'keydown');
  const [first] = downs;
  if (!first) throw new Error('no key in the trace');
  const own = events.filter(({ pid, tid, ph }) => pid === first.pid && tid === first.tid && ph !== 'M');
  own.sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const tasks = own.filter(({ name, ph }) => name === 'ThreadControllerImpl::RunTask' && ph === 'X').map((task) => taskOf(task, own));
  const presses = events.filter(({ name, ph, args }) => name === 'EventTiming' && ph === 'b' && args?.data?.type === 'keydown');
  const starts = downs.map((down) => tasks.findIndex(({ task }) => isIn(down, task))).filter((start) => start >= 0);
  starts.sort((a, b) => a - b);
  return starts.map((start, key) => {
    const begins = tasks[start]?.task.ts ?? 0;
    const counted = tasks.slice(start, starts[key + 1]).filter(({ task }) => task.ts < begins + COUNTED_US);
    // The character stands in the first frame that is made after all that the key tells the page.
    const told = counted.findLastIndex(({ tells }) => tells);
    const frame = counted.findIndex(({ frames }, at) => frames && at > told);
    const press = presses.findLast(({ ts }) => ts <= (downs[key]?.ts ?? 0));
    return {
      to_frame: frame < 0 ? undefined : sum(counted.slice(0, frame + 1)),
      all: sum(counted),
      presented_wall: press?.args?.data?.duration,
    };
  });
}

interface Task {
  task: Traced;
  work: Work;
  /** Whether it makes a frame. */
  frames: boolean;
  /** Whether the page is told in it what was typed. */
  tells: boolean;
}

function isIn({ ts }: Traced, task: Traced): boolean {
  return task.ts <= ts && ts <= task.ts + (task.dur ?? 0);
}

/** Time belongs to the innermost part that has a name; what an idle callback calls is its own. */
function taskOf(task: Traced, own: Traced[]): Task {
  const inside = own.slice(lowerBound(own, task.ts), lowerBound(own, task.ts + (task.dur ?? 0) + 1)).filter((one) => one !== task);
  const work = nothing();
  work.total = work.browser = (task.tdur ?? 0) / 1000;
  const open: { end: number; part: Part }[] = [];
  let entered: { tts: number; part: Part } | undefined;
  for (const { name, ph, ts, dur = 0, tdur = 0, tts = 0, args } of inside) {
    while (open.length > 0 && (open[open.length - 1]?.end ?? 0) <= ts) open.pop();
    const around = open[open.length - 1]?.part ?? 'browser';
    if (name === 'TimeStamp' && args?.data?.message === ENTERS) entered = { tts, part: around };
    if (name === 'TimeStamp' && args?.data?.message === LEAVES && entered) {
      move(work, entered.part, 'engine', tts - entered.tts);
      entered = undefined;
    }
    const part = around === 'idle' ? 'idle' : KNOWN[name];
    if (ph !== 'X' || part === undefined) continue;
    move(work, around, part, tdur);
    open.push({ end: ts + dur, part });
  }
  return {
    task,
    work,
    frames: task.args?.src_func === 'ScheduledActionSendBeginMainFrame' && inside.some(({ name }) => name === 'Layerize' || name === 'Commit'),
    tells: inside.some(({ name, args }) => name === 'EventDispatch' && args?.data?.type === 'input'),
  };
}

function move(work: Work, from: Part, to: Part, us: number): void {
  work[from] -= us / 1000;
  work[to] += us / 1000;
}

function lowerBound(sorted: Traced[], ts: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.ts ?? 0) < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nothing(): Work {
  return { script: 0, engine: 0, style: 0, layout: 0, paint: 0, idle: 0, garbage: 0, browser: 0, total: 0 };
}

function sum(tasks: Task[]): Work {
  const all = nothing();
  for (const { work } of tasks) for (const part of [...PARTS, 'total' as const]) all[part] += work[part];
  return all;
}
