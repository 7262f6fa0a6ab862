/** Scanners that type: a burst of keys, ended by Enter or Tab, wherever the focus is. */

/** No one types that fast; every scanner does. */
const GAP_MS_MAX = 50;
const CHARACTERS_MIN = 4;

type Receiver = (code: string) => boolean;
const receivers: Receiver[] = [];

/** The newest receiver is asked first; false hands the code to the one before. */
export function onScan(receiver: Receiver): () => void {
  receivers.unshift(receiver);
  return () => {
    const at = receivers.indexOf(receiver);
    if (at >= 0) receivers.splice(at, 1);
  };
}

export function deliver(code: string): boolean {
  return receivers.some((receive) => receive(code));
}

/** Collects bursts from key presses. */
export class Burst {
  #text = '';
  #lastMs = Number.NEGATIVE_INFINITY;

  /** The code, when this key ends one. */
  key(key: string, atMs: number): string | undefined {
    const quick = atMs - this.#lastMs <= GAP_MS_MAX;
    this.#lastMs = atMs;
    if (key === 'Enter' || key === 'Tab') {
      const code = quick ? this.#text : '';
      this.#text = '';
      return code.length >= CHARACTERS_MIN ? code : undefined;
    }
    if (key.length === 1) this.#text = quick ? this.#text + key : key;
    return undefined;
  }
}

/** What a key stands for: an active input method hides it (`Process`), its place on the keyboard does not. */
export function keyOf(event: KeyboardEvent): string {
  if (event.key !== 'Process' && event.key !== 'Unidentified') return event.key;
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (letter) return event.shiftKey ? letter : letter.toLowerCase();
  return /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1] ?? event.code;
}

export function startWedge(): void {
  const burst = new Burst();
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const code = burst.key(keyOf(event), event.timeStamp);
      if (code === undefined) return;
      const focused = document.activeElement;
      // Into a field of text it has been typed already, as by any keyboard.
      const typed = focused instanceof HTMLTextAreaElement || (focused instanceof HTMLInputElement && isText(focused));
      if (typed && !focused.dataset['scan']) return;
      // A field for codes that nobody listens for has been typed into, too: the scanner's Enter is not meant to send
      // the form around it.
      if (deliver(code) || typed) {
        event.preventDefault();
        event.stopPropagation();
      }
    },
    { capture: true },
  );
}

function isText(input: HTMLInputElement): boolean {
  return !['checkbox', 'radio', 'button', 'file'].includes(input.type);
}
