import { type ByteString, decodeText } from '../../csv/byte-string.js';
import { CORRELATION_COLUMNS } from '../../legacy/correlation.js';
import { type ColumnType, encodeToken } from '../../mapping/column-types.js';
import type { JsonRow } from './event-line.js';
import type { VerifyTask } from './verify-task.js';

export interface ExpectedColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** The name as a JSON string, and the colon. */
  readonly key: string;
}

/** A row that must stand in an event: its columns in order, each with the text of its field. */
export interface ExpectedRow {
  /** Of the source's row. */
  readonly offset: number;
  readonly columns: readonly ExpectedColumn[];
  readonly tokens: readonly string[];
  readonly empty: 'null' | 'string';
}

/** The columns of each kind of row, as the plan has them. */
export class RowShapes {
  readonly #task: VerifyTask;
  readonly #types: ReadonlyMap<string, ColumnType>;
  readonly #found = new Map<string, readonly ExpectedColumn[] | undefined>();

  constructor(task: VerifyTask) {
    this.#task = task;
    this.#types = new Map(task.types);
  }

  /** Absent: rows of this width have no columns, and are rejected. */
  columns(header: number, width: number, withEight: boolean): readonly ExpectedColumn[] | undefined {
    const key = `${header} ${width} ${withEight}`;
    if (!this.#found.has(key)) this.#found.set(key, this.#make(header, width, withEight));
    return this.#found.get(key);
  }

  #make(header: number, width: number, withEight: boolean): readonly ExpectedColumn[] | undefined {
    const { shapes, variants, settings } = this.#task;
    const shape = shapes.find((candidate) => candidate.header === header && candidate.width === width);
    const names = shape?.columns ?? variants[String(width)];
    if (names === undefined) return undefined;
    return [...names, ...(withEight && settings.keepAmlColumns ? CORRELATION_COLUMNS : [])].map((name) => ({
      name,
      type: this.#types.get(name) ?? 'string',
      key: `${JSON.stringify(name)}:`,
    }));
  }
}

/** The row's fields as text; `undefined` if one does not fit its column's type. */
export function expectRow(
  offset: number,
  columns: readonly ExpectedColumn[],
  fields: readonly string[],
  empty: 'null' | 'string',
): ExpectedRow | undefined {
  const tokens = columns.map((_, i) => decoded(fields[i] ?? ''));
  const fits = columns.every(({ type }, i) => encodeToken(tokens[i] ?? '', type, empty) !== undefined);
  return fits ? { offset, columns, tokens, empty } : undefined;
}

/** What the v2 tree must hold, to the character. `rowId` is the added column's value, `undefined` if there is none. */
export function rowText(row: ExpectedRow, rowId?: RowId): string {
  let text = '{';
  row.columns.forEach((column, i) => {
    text += `${i === 0 ? '' : ','}${column.key}${encodeToken(row.tokens[i] ?? '', column.type, row.empty)}`;
  });
  if (rowId === undefined) return `${text}}`;
  return `${text}${text === '{' ? '' : ','}${JSON.stringify(rowId.name)}:${JSON.stringify(rowId.value)}}`;
}

/** The added column for joining ground truth. */
export interface RowId {
  readonly name: string;
  readonly value: string | null;
}

/**
 * Whether parsed values are what the fields say. It looks at values alone, and knows nothing of how the text was made: the
 * digits of numbers are compared elsewhere, in the text.
 */
export function hasValuesOf(row: ExpectedRow, actual: JsonRow, rowId?: RowId): boolean {
  const { columns, tokens } = row;
  for (let i = 0; i < columns.length; i += 1) {
    const column = columns[i];
    if (column === undefined || !isValueOf(actual, column, tokens[i] ?? '', row.empty)) return false;
  }
  return rowId === undefined || (Object.hasOwn(actual, rowId.name) && actual[rowId.name] === rowId.value);
}

function isValueOf(
  actual: JsonRow,
  { name, type }: ExpectedColumn,
  token: string,
  empty: 'null' | 'string',
): boolean {
  if (!Object.hasOwn(actual, name)) return false;
  const value = actual[name];
  if (token === 'nan') return value === null;
  if (token === '') return value === (type === 'string' && empty === 'string' ? '' : null);
  switch (type) {
    case 'string':
      return value === token;
    case 'boolean':
      return value === (token === 'True');
    case 'integer':
    case 'number':
      return token.endsWith('inf') ? value === null : value === Number(token);
    case 'null':
      return false;
  }
}

/** Most fields are ASCII, where bytes and text are the same. */
function decoded(field: string): string {
  for (let i = 0; i < field.length; i += 1) {
    if (field.charCodeAt(i) > 0x7f) return decodeText(field as ByteString);
  }
  return field;
}
