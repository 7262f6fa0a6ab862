/** Units are UCUM codes, made for machines; the engine knows the symbols that people read. */
import { signal } from '@preact/signals';

/** By code; empty until the engine is there. */
export const symbols = signal<Record<string, string>>({});

/** Of a field: what the server says, else what the engine knows. */
export function unitOf(field: { unit?: string; unit_symbol?: string }): string {
  return field.unit_symbol ?? unitName(field.unit);
}

/** `Cel` is `°C`; `{pcs}` is `pcs`, for braces hold words that are no unit of measurement. */
export function unitName(code: string | undefined): string {
  if (code === undefined) return '';
  return symbols.value[code] ?? code.replace(/^\{(.*)\}$/, '$1');
}
