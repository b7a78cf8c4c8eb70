import { MdcBridgeError } from '../../errors.js';
import { cellText, kindOf } from '../../legacy/python-csv.js';
import type { Cell } from '../../legacy/python-repr.js';
import { type ColumnType, classifyToken, columnType, encodeToken } from '../../mapping/column-types.js';
import type { EncodableRows, RowsEncoder } from '../events/frame-encoder.js';
import { isPlainDouble, type PlainDoubles } from '../rows/plain-doubles.js';
import { RowBytes } from '../rows/row-bytes.js';
import type { Frame } from '../table.js';

/** Column → type, as the plan of the history or a v2 tree has it. */
export type KnownTypes = ReadonlyMap<string, ColumnType>;

interface Column {
  readonly name: string;
  /** `"a":` or `,"b":`. */
  readonly key: Uint8Array;
  /** `undefined`: nobody knows it yet, and it has the type of what stands in it. */
  readonly type: ColumnType | undefined;
}

const [OPEN_LIST, CLOSE_LIST, OPEN_ROW, CLOSE_ROW, COMMA] = Buffer.from('[]{},', 'latin1');
/** Rows of one call may be any number: what they need is asked for before they are accepted. */
const MAX_BYTES = 2 ** 31;

/**
 * Rows → the JSON that a conversion of their CSV would give: each cell is first what stands in the file, and then that text in its
 * column's type.
 */
export class TypedRowsEncoder implements RowsEncoder {
  readonly #types: KnownTypes;
  readonly #empty: 'null' | 'string';
  readonly #doubles: PlainDoubles;
  readonly #out = new RowBytes(MAX_BYTES);
  /** Of the last frame, which most frames share. */
  #names: readonly string[] | undefined;
  #columns: readonly Column[] = [];

  /** @param doubles shared with the legacy side, and told of each new call. */
  constructor(types: KnownTypes, empty: 'null' | 'string', doubles: PlainDoubles) {
    this.#types = types;
    this.#empty = empty;
    this.#doubles = doubles;
  }

  /** `encode` throws `usage` for a value that does not fit its column's type, and names both. */
  open(frame: Frame): EncodableRows {
    if (frame.names !== this.#names) {
      this.#names = frame.names;
      this.#columns = frame.names.map((name, i) => ({
        name,
        key: Buffer.from(`${i === 0 ? '' : ','}${JSON.stringify(name)}:`, 'utf8'),
        type: this.#types.get(name),
      }));
    }
    return { count: frame.count, encode: (start, end) => this.#encode(frame, start, end) };
  }

  #encode(frame: Frame, start: number, end: number): Uint8Array {
    const out = this.#out;
    out.at = 1;
    out.writeByte(OPEN_LIST ?? 0);
    for (let i = start; i < end; i += 1) {
      if (i > start) out.writeByte(COMMA ?? 0);
      out.writeByte(OPEN_ROW ?? 0);
      this.#writeRow(frame.row(i), frame);
      out.writeByte(CLOSE_ROW ?? 0);
    }
    out.writeByte(CLOSE_LIST ?? 0);
    return out.buffer.subarray(1, out.at);
  }

  #writeRow(cells: ArrayLike<Cell>, { kinds }: Frame): void {
    const out = this.#out;
    const json = this.#doubles.json(cells, kinds);
    let next = 1;
    for (let i = 0; i < this.#columns.length; i += 1) {
      const column = this.#columns[i];
      if (column === undefined) continue;
      const cell = cells[i];
      out.writeBytes(column.key);
      const isPlain = json !== '' && typeof cell === 'number' && isPlainDouble(cell, kindOf(kinds, i));
      if (isPlain && (column.type === 'number' || column.type === undefined)) {
        next = out.writeNumberFrom(json, next);
        continue;
      }
      this.#writeToken(cellText(cell, i, kindOf(kinds, i), 'list'), column);
      if (isPlain) next = json.indexOf(',', next) + 1;
    }
  }

  #writeToken(token: string, { name, type: known }: Column): void {
    const type = known ?? columnType({ [classifyToken(token)]: 1 });
    const value = encodeToken(token, type, this.#empty);
    if (value === undefined) throw doesNotFit(name, type, token);
    if (type === 'string') this.#out.writeUtf8(value);
    else this.#out.writeAscii(value);
  }
}

function doesNotFit(name: string, type: ColumnType, token: string): MdcBridgeError {
  return new MdcBridgeError('usage', `column ${name} is of type ${type}, and ${token.slice(0, 40)} is none`, {
    remedy: "send what the history has, or plan again and give the services the new plan's types",
  });
}
