/** Answers by their paths (`shaft_diameter`, `defects[2].code`), and what of them the server is sent. */
import { jsonNumber } from '../core/numbers';
import type { Answers, Field, FieldOf, Json } from '../core/types';

/** A cell of a row, rows counted from 1. */
const CELL = /^(.+)\[(\d+)\]\.(.+)$/;

export function at(answers: Answers, path: string): Json | undefined {
  const cell = CELL.exec(path);
  if (!cell) return answers[path];
  const rows = answers[cell[1] ?? ''];
  const row = Array.isArray(rows) ? rows[Number(cell[2]) - 1] : undefined;
  return isRow(row) ? row[cell[3] ?? ''] : undefined;
}

export function withAt(answers: Answers, path: string, value: Json | undefined): Answers {
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

export function isRow(value: Json | undefined): value is Answers {
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
    if (!isAsked(field) || isBlank(value) || !isShown(place)) continue;
    const sent = valueToSend(field, value as Json, isShown, place);
    if (sent !== undefined) answers[field.id] = sent;
  }
  return answers;
}

export function valueToSend(field: Field, value: Json, isShown: (path: string) => boolean, path: string): Json | undefined {
  switch (field.kind) {
    case 'whole':
    case 'number':
    case 'percent':
    case 'counter':
    case 'money':
      return typeof value === 'string' ? jsonNumber(value) : value;
    case 'measure':
      return measured(field, value);
    case 'choose_many':
    case 'photo':
    case 'file':
    case 'sketch':
    case 'video':
    case 'audio':
    case 'mark':
    case 'reason':
      return Array.isArray(value) && value.length === 0 ? undefined : value;
    case 'rows':
    case 'group':
      return (value as Json[]).map((row, index) =>
        toSend(columnsOf(field), isRow(row) ? row : {}, isShown, `${path}[${index + 1}].`),
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

/** The field of the form that a path lies in. */
export function fieldOfPath(path: string): string {
  const row = path.indexOf('[');
  const member = path.indexOf('.');
  const end = row < 0 || (member >= 0 && member < row) ? member : row;
  return end < 0 ? path : path.slice(0, end);
}

/** Compares paths by the order in which their fields are asked, rows and their columns in theirs; what lies in no field
 *  of the form comes last. */
export function inOrderOf(fields: Field[]): (a: string, b: string) => number {
  const places = new Map(fields.map((field, place) => [field.id, { field, place }]));
  const parts = (path: string): [number, number, number] => {
    const { field, place } = places.get(fieldOfPath(path)) ?? { field: undefined, place: Infinity };
    const cell = CELL.exec(path);
    if (!field || !cell) return [place, 0, 0];
    return [place, Number(cell[2]), columnsOf(field).findIndex(({ id }) => id === cell[3])];
  };
  return (a, b) => {
    const [one, other] = [parts(a), parts(b)];
    const differs = one.findIndex((part, at) => part !== other[at]);
    return differs < 0 ? 0 : (one[differs] as number) - (other[differs] as number);
  };
}

/** The fields of each row of `rows` and `group`; of others none. */
export function columnsOf(field: Field): Field[] {
  if (field.kind === 'rows') return field.columns;
  return field.kind === 'group' ? field.fields : [];
}

const TELLING: ReadonlySet<Field['kind']> = new Set(['info', 'link', 'formula', 'signal']);

/** Whether people answer it; the others tell, or are filled in by the server. */
export function isAsked(field: Field): boolean {
  return !TELLING.has(field.kind);
}

/** Paths of the cells that a field has now. */
export function cells(field: Field, value: Json | undefined): string[] {
  const columns = columnsOf(field);
  if (columns.length === 0 || !Array.isArray(value)) return [];
  return value.flatMap((_, row) => columns.map((column) => `${field.id}[${row + 1}].${column.id}`));
}

/** Whether one path is the other or lies inside it. */
export function concerns(refused: string, changed: string): boolean {
  const inside = (long: string, short: string) => long.startsWith(short) && /^([.[]|$)/.test(long.slice(short.length));
  return inside(refused, changed) || inside(changed, refused);
}
