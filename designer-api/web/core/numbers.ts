/** What people type as a number, in the form that the engine reads. */

const WIDE: Record<string, string> = { '，': ',', '。': '.', '．': '.', '－': '-', '−': '-', '＋': '+' };

/** Digits as a Chinese keyboard may type them, as plain ones. */
export function narrowDigits(typed: string): string {
  return typed.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
}

/** Full-width characters and spaces are understood; everything else stays as it was typed. */
export function plainNumber(typed: string): string {
  return narrowDigits(typed).replace(/[，。．－−＋]/g, (mark) => WIDE[mark] ?? mark).replace(/\s/g, '');
}

/** `1,200`: 1200 to one reader, 1.2 to another. `0,125` and `1234,567` can be read in one way only. */
export function isAmbiguous(typed: string): boolean {
  return /^[-+]?[1-9]\d{0,2}(,\d{3})+$/.test(typed);
}

/** A JSON number where it says exactly the same, a decimal comma included; else the text, which the server refuses in
 *  its own words. */
export function jsonNumber(typed: string): number | string {
  const plain = isAmbiguous(typed) ? typed : typed.replace(/^([-+]?\d*),(\d*)$/, '$1.$2');
  const exact = /^[-+]?\d+(\.\d+)?$/.test(plain) && plain.replace(/\D/g, '').length <= 15;
  return exact ? Number(plain) : plain;
}

/** `24.95 to 25.05`, with as many decimals as are measured. */
export function limit(value: number | string | undefined, decimals: number | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (decimals === undefined || typeof value === 'string') return String(value);
  const fixed = value.toFixed(decimals);
  // A limit that is finer than what is measured is shown as it is.
  return Number(fixed) === value ? fixed : String(value);
}
