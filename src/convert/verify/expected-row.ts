import type { ParsedRow } from '../../csv/parse-rows.js';
import { CORRELATION_COLUMNS } from '../../legacy/correlation.js';
import { type ColumnType, encodeToken } from '../../mapping/column-types.js';
import { decoded } from './decoded.js';
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
 * The row's fields as text, from `first` on; `undefined` if one does not fit its column's type. Only strings can be other than
 * ASCII, where text and bytes differ. A token that is its own JSON text, as numbers are, is the same string in both lists, and
 * a row of numbers needs no list of its own.
 */
export function expectRow(
  { offset, fields: all }: ParsedRow,
  columns: readonly ExpectedColumn[],
  first: number,
  empty: 'null' | 'string',
): ExpectedRow | undefined {
  const fields: readonly string[] = first === 0 ? all : all.slice(first, first + columns.length);
  let tokens: string[] | undefined;
  let values: string[] | undefined;
  for (let i = 0; i < columns.length; i += 1) {
    const field = fields[i] ?? '';
    const type = columns[i]?.type ?? 'string';
    const token = type === 'string' ? decoded(field) : field;
    const value = encodeToken(token, type, empty);
    if (value === undefined) return undefined;
    if (tokens === undefined && token !== field) tokens = fields.slice(0, i);
    tokens?.push(token);
    if (values === undefined && value !== token) values = (tokens ?? fields).slice(0, i);
    values?.push(value);
  }
  return { offset, columns, tokens: tokens ?? fields, values: values ?? tokens ?? fields, empty };
}

/** What the v2 tree must hold, to the character. `rowId` is the added column's value, `undefined` if there is none. */
export function rowText({ columns, values }: ExpectedRow, rowId?: RowId): string {
  // Added up, not joined: this is done for every row of the tree, and here the engine is faster so.
  let text = '{';
  for (let i = 0; i < columns.length; i += 1) {
    text += (i === 0 ? '' : ',') + (columns[i]?.key ?? '') + (values[i] ?? '');
  }
  if (rowId === undefined) return `${text}}`;
  return `${text}${text === '{' ? '' : ','}${JSON.stringify(rowId.name)}:${JSON.stringify(rowId.value)}}`;
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
