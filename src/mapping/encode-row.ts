import { encodeText } from '../csv/byte-string.js';
import { type ColumnType, encodeToken } from './column-types.js';

/** The columns of one kind of row, ready to write: keys with their quotes, colon and the comma before them. */
export interface RowEncoder {
  readonly keys: readonly string[];
  readonly types: readonly ColumnType[];
  readonly empty: 'null' | 'string';
}

export function makeRowEncoder(
  columns: readonly { readonly name: string; readonly type: ColumnType }[],
  empty: 'null' | 'string',
): RowEncoder {
  return {
    keys: columns.map(({ name }, i) => `${i === 0 ? '' : ','}${encodeText(JSON.stringify(name))}:`),
    types: columns.map(({ type }) => type),
    empty,
  };
}

/**
 * The row object's text without its closing brace, so that a column may be added; `undefined` if a field does not fit its
 * column's type. Keys stand in the order of the columns, also `"0"`, which no JavaScript object would keep in place.
 */
export function encodeRow(encoder: RowEncoder, fields: readonly string[], first = 0): string | undefined {
  const { keys, types, empty } = encoder;
  let text = '{';
  for (let i = 0; i < keys.length; i += 1) {
    const value = encodeToken(fields[first + i] ?? '', types[i] ?? 'string', empty);
    if (value === undefined) return undefined;
    text += (keys[i] ?? '') + value;
  }
  return text;
}

/** How many infinities a row would lose: they become null in columns of numbers. */
export function countLossy(encoder: RowEncoder, fields: readonly string[], first = 0): number {
  let lost = 0;
  for (let i = 0; i < encoder.types.length; i += 1) {
    const token = fields[first + i];
    if ((token === 'inf' || token === '-inf') && encoder.types[i] === 'number') lost += 1;
  }
  return lost;
}
