import { decodeText } from '../../csv/byte-string.js';
import { CORRELATION_COLUMNS } from '../../legacy/correlation.js';
import { type ColumnType, encodeToken } from '../../mapping/column-types.js';
import type { JsonRow } from './event-line.js';
import type { SourceRow } from './source-lines.js';
import type { VerifyTask } from './verify-task.js';

const OPEN_BRACE = 0x7b;
const COMMA = 0x2c;

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
  /** At least one for each column. */
  readonly tokens: readonly string[];
  /** The JSON text of each token. */
  readonly values: readonly string[];
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
    // Rows of the header's own width may belong to others, so what a person has named wins.
    const names = variants[String(width)] ?? shape?.columns;
    if (names === undefined) return undefined;
    return [...names, ...(withEight && settings.keepAmlColumns ? CORRELATION_COLUMNS : [])].map((name) => ({
      name,
      type: this.#types.get(name) ?? 'string',
      key: `${JSON.stringify(name)}:`,
    }));
  }
}

/**
 * The row's fields as text; `undefined` if one does not fit its column's type. Takes the fields from `first` on. Where a token
 * is its own JSON text, as numbers are, it is the same string; rows that are all numbers and ASCII make no string anew.
 */
export function expectRow(
  { row, isAscii }: SourceRow,
  columns: readonly ExpectedColumn[],
  first: number,
  empty: 'null' | 'string',
): ExpectedRow | undefined {
  const fields = first === 0 ? row.fields : row.fields.slice(first, first + columns.length);
  const tokens = isAscii ? fields : fields.map(decodeText);
  let values: string[] | undefined;
  for (let i = 0; i < columns.length; i += 1) {
    const token = tokens[i] ?? '';
    const value = encodeToken(token, columns[i]?.type ?? 'string', empty);
    if (value === undefined) return undefined;
    if (values === undefined && value !== token) values = tokens.slice(0, i);
    values?.push(value);
  }
  return { offset: row.offset, columns, tokens, values: values ?? tokens, empty };
}

/** What the v2 tree must hold, to the character. `rowId` is the added column's value, `undefined` if there is none. */
export function rowText(row: ExpectedRow, rowId?: RowId): string {
  const members = row.columns.map(({ key }, i) => `${key}${row.values[i] ?? ''}`);
  if (rowId !== undefined) members.push(rowIdMember(rowId));
  return `{${members.join(',')}}`;
}

/** Where the row ends that is written at `from`, if it is the one that must stand there, to the character; otherwise -1. */
export function endOfRow(text: string, from: number, row: ExpectedRow, rowId?: RowId): number {
  const { columns, values } = row;
  // Instead of `rowText`, which would be built to be thrown away for each row of the tree.
  let at = from;
  for (let i = 0; i < columns.length; i += 1) {
    if (text.charCodeAt(at) !== (i === 0 ? OPEN_BRACE : COMMA)) return -1;
    const key = columns[i]?.key ?? '';
    const value = values[i] ?? '';
    if (!text.startsWith(key, at + 1) || !text.startsWith(value, at + 1 + key.length)) return -1;
    at += 1 + key.length + value.length;
  }
  const rest = rowId === undefined ? '}' : `,${rowIdMember(rowId)}}`;
  const end = columns.length > 0 ? rest : `{${rest.replace(/^,/, '')}`;
  return text.startsWith(end, at) ? at + end.length : -1;
}

function rowIdMember({ name, value }: RowId): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

/** The added column for joining ground truth. */
export interface RowId {
  readonly name: string;
  readonly value: string | null;
}

/**
 * Whether parsed values are what the fields say. It looks at values alone, and knows nothing of how the text was made. Of a
 * number only that it is one, where its token itself was found in the text: there the digits have been compared.
 */
export function hasValuesOf(row: ExpectedRow, actual: JsonRow, rowId?: RowId): boolean {
  const { columns, tokens, values } = row;
  for (let i = 0; i < columns.length; i += 1) {
    const column = columns[i];
    if (column === undefined || !isValueOf(actual, column, tokens[i] ?? '', values[i], row)) return false;
  }
  return rowId === undefined || (Object.hasOwn(actual, rowId.name) && actual[rowId.name] === rowId.value);
}

function isValueOf(
  actual: JsonRow,
  { name, type }: ExpectedColumn,
  token: string,
  written: string | undefined,
  { empty }: ExpectedRow,
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
      if (token.endsWith('inf')) return value === null;
      return written === token ? typeof value === 'number' : value === Number(token);
    case 'null':
      return false;
  }
}
