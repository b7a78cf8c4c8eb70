import { type ByteString, encodeText } from '../../csv/byte-string.js';
import { CORRELATION_COLUMNS } from '../../legacy/correlation.js';
import type { ColumnKind } from './column-table.js';
import type { CompareRules, LegacyTask } from './compare-task.js';
import type { RowsHash } from './rows-hash.js';
import { quotedEnd, unquoted } from './split-fields.js';
import { columnHash } from './text-hash.js';

const COMMA = 0x2c;
const QUOTE = 0x22;

export interface LegacyColumn {
  readonly name: string;
  readonly hash: number;
  readonly kind: ColumnKind;
  /** Its values don't count: the row id, which the v2 side writes. */
  readonly isLeftOut: boolean;
}

/** The columns of each kind of row, as the plan names them. */
export class LegacyColumns {
  readonly #task: Pick<LegacyTask, 'shapes' | 'variants'>;
  readonly #rules: CompareRules;
  readonly #kinds: ReadonlyMap<string, ColumnKind>;
  readonly #found = new Map<number, readonly LegacyColumn[] | undefined>();

  constructor(task: Pick<LegacyTask, 'shapes' | 'variants' | 'kinds'>, rules: CompareRules) {
    this.#task = task;
    this.#rules = rules;
    this.#kinds = new Map(task.kinds);
  }

  /** Absent: rows of this width have no names, and are rejected. */
  of(header: number, width: number, withEight: boolean): readonly LegacyColumn[] | undefined {
    const key = (header * 2 + (withEight ? 1 : 0)) * 2 ** 24 + width;
    if (!this.#found.has(key)) this.#found.set(key, this.#make(header, width, withEight));
    return this.#found.get(key);
  }

  #make(header: number, width: number, withEight: boolean): readonly LegacyColumn[] | undefined {
    const shape = this.#task.shapes.find((one) => one.header === header && one.width === width);
    const names = this.#task.variants[String(width)] ?? shape?.columns;
    if (names === undefined) return undefined;
    const eight = withEight && this.#rules.keepAmlColumns ? CORRELATION_COLUMNS : [];
    return [...names, ...eight].map((name) => ({
      name,
      hash: columnHash(encodeText(name)),
      kind: this.#kinds.get(name) ?? 'text',
      isLeftOut: name === this.#rules.rowId?.name,
    }));
  }
}

/** A field of the CSV file as the value that the mapping makes of it. @returns whether it fits the column. */
export function addField(
  rows: RowsHash,
  { hash, kind, isLeftOut }: LegacyColumn,
  text: string,
  from: number,
  to: number,
  empty: CompareRules['empty'],
): boolean {
  if (isLeftOut) return true;
  const length = to - from;
  if (length === 0) {
    if (kind === 'text' && empty === 'string') rows.addText(hash, '', 0, 0);
    else rows.addNull(hash);
    return true;
  }
  if (length <= 5 && addName(rows, hash, kind, text.slice(from, to))) return true;
  if (kind === 'number' && rows.addNumber(hash, text, from, to)) return true;
  rows.addText(hash, text, from, to);
  return kind === 'text';
}

function addName(rows: RowsHash, hash: number, kind: ColumnKind, field: string): boolean {
  switch (field) {
    case 'nan':
      rows.addNull(hash);
      return true;
    case 'inf':
    case '-inf':
      if (kind !== 'number') return false;
      rows.addNull(hash);
      return true;
    case 'True':
    case 'False':
      if (kind !== 'boolean') return false;
      rows.addBoolean(hash, field === 'True');
      return true;
    default:
      return false;
  }
}

/**
 * The fields of a row without a defect before `end`. @returns whether all fit; `undefined` if there are more or fewer than columns, and then
 * the row is to be dropped.
 */
export function addUnsplit(
  rows: RowsHash,
  columns: readonly LegacyColumn[],
  text: ByteString,
  end: number,
  empty: CompareRules['empty'],
): boolean | undefined {
  let fits = true;
  let from = 0;
  for (let i = 0; i < columns.length; i += 1) {
    const column = columns[i];
    if (column === undefined || from > end) return undefined;
    let to = from;
    if (text.charCodeAt(from) === QUOTE) {
      to = quotedEnd(text, from);
      if (!addQuoted(rows, column, text, from, to, empty)) fits = false;
    } else {
      while (to < end && text.charCodeAt(to) !== COMMA) to += 1;
      if (!addField(rows, column, text, from, to, empty)) fits = false;
    }
    from = to + 1;
  }
  return from === end + 1 ? fits : undefined;
}

/** `from`: its opening quote; `to`: behind the closing one. */
function addQuoted(
  rows: RowsHash,
  column: LegacyColumn,
  text: ByteString,
  from: number,
  to: number,
  empty: CompareRules['empty'],
): boolean {
  const inner = text.indexOf('"', from + 1);
  if (inner === to - 1) return addField(rows, column, text, from + 1, inner, empty);
  const field = unquoted(text, from, to);
  return addField(rows, column, field, 0, field.length, empty);
}

/** `columns.length` fields from `first` on; there are as many. */
export function addFields(
  rows: RowsHash,
  columns: readonly LegacyColumn[],
  fields: readonly ByteString[],
  first: number,
  empty: CompareRules['empty'],
): boolean {
  let fits = true;
  columns.forEach((column, i) => {
    const field = fields[first + i] ?? '';
    if (!addField(rows, column, field, 0, field.length, empty)) fits = false;
  });
  return fits;
}
