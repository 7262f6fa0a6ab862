/** Numbers that were worked out have as many digits as decimal arithmetic gives; people read a few of them. */

/** Significant digits that are shown of a number that nobody typed. */
const DIGITS_MAX = 6;

export interface Shown {
  text: string;
  /** All digits, where some are left out. */
  whole?: string;
}

/** `0.0015275252316519466` is `≈ 0.00152753`; what has few digits stays as it is, and so does what is no number. */
export function shortened(value: number | string): Shown {
  const whole = String(value);
  const digits = whole.replace(/^-?0*\.?0*/, '').replace('.', '').length;
  if (!/^-?\d+\.\d+$/.test(whole) || digits <= DIGITS_MAX) return { text: whole };
  const [before = ''] = whole.replace('-', '').split('.');
  // Digits before the point are never left out.
  const precision = Math.max(DIGITS_MAX, before === '0' ? 0 : before.length);
  const text = plain(Number(whole).toPrecision(precision));
  return text === whole ? { text } : { text: `≈ ${text}`, whole };
}

function plain(text: string): string {
  const number = text.includes('e') ? Number(text).toFixed(20) : text;
  return number.includes('.') ? number.replace(/\.?0+$/, '') : number;
}

/** With as many decimals as were measured: 25 was read as 25.000. */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === value ? text : String(value);
}
