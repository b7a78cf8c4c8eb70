import { MdcBridgeError } from '../../errors.js';
import { cellText, kindOf } from '../../legacy/python-csv.js';
import type { Cell } from '../../legacy/python-repr.js';
import { areSameNames, resolveColumnNames } from '../../mapping/column-names.js';
import { type ColumnType, classifyToken, columnType, encodeToken } from '../../mapping/column-types.js';
import type { EncodableRows, RowsEncoder } from '../events/frame-encoder.js';
import { checkFree, type RowIds } from '../events/row-id-column.js';
import { isPlainDouble, type PlainDoubles } from '../rows/plain-doubles.js';
import type { RowBytes } from '../rows/row-bytes.js';
import type { Frame } from '../table.js';

/** Column → type, as the plan of the history or a v2 tree has it. */
export type KnownTypes = ReadonlyMap<string, ColumnType>;

interface Column {
  /** As in events. */
  readonly name: string;
  /** `"a":` or `,"b":`. */
  readonly key: Uint8Array;
  /** `undefined`: nobody knows it yet, and it has the type of what stands in it. */
  readonly type: ColumnType | undefined;
}

/** Characters of a value in a message. */
const MAX_SHOWN = 40;

const [OPEN_LIST, CLOSE_LIST, OPEN_ROW, CLOSE_ROW, COMMA] = Buffer.from('[]{},', 'latin1');

/**
 * Rows → the JSON that a conversion of their CSV would give: each cell is first what stands in the file, and then that text in its
 * column's type.
 */
export class TypedRowsEncoder implements RowsEncoder {
  readonly #types: KnownTypes;
  readonly #empty: 'null' | 'string';
  readonly #doubles: PlainDoubles;
  readonly #out: RowBytes;
  /** Of the last frame, which most frames share. */
  #names: readonly string[] | undefined;
  #columns: readonly Column[] = [];
  /** `,"row_id":`, or without the comma where it is the only column. */
  #idKey: Uint8Array = new Uint8Array(0);

  /**
   * @param doubles shared with the legacy side, and told of each new call.
   * @param out what is written to; shared with encoders that are not used at the same time.
   */
  constructor(types: KnownTypes, empty: 'null' | 'string', doubles: PlainDoubles, out: RowBytes) {
    this.#types = types;
    this.#empty = empty;
    this.#doubles = doubles;
    this.#out = out;
  }

  /** `encode` throws `usage` for a value that does not fit its column's type, and names both. */
  open(frame: Frame, ids?: RowIds): EncodableRows {
    if (!areSameNames(frame.names, this.#names)) {
      const columns = this.#resolve(frame.names);
      if (ids !== undefined) {
        checkFree(
          columns.map(({ name }) => name),
          ids,
        );
        this.#idKey = keyOf(ids.name, columns.length);
      }
      this.#columns = columns;
      this.#names = frame.names;
    }
    return { count: frame.count, encode: (start, end) => this.#encode(frame, ids, start, end) };
  }

  /** As a conversion names them: beside a history, spelled as in that. */
  #resolve(names: readonly string[]): Column[] {
    const wellFormed = names.map((name) => name.toWellFormed());
    const history = [...this.#types.keys()];
    // The most frequent spelling is taken: that of the history outweighs this one.
    const [, [resolved = wellFormed] = []] = resolveColumnNames([[history], [wellFormed]], [2, 1]);
    return resolved.map((name, i) => {
      const type = this.#types.get(name);
      // A column in which the history has nothing but empty fields: its type is still to come.
      return { name, key: keyOf(name, i), type: type === 'null' ? undefined : type };
    });
  }

  #encode(frame: Frame, ids: RowIds | undefined, start: number, end: number): Uint8Array {
    const out = this.#out;
    out.at = 1;
    out.writeByte(OPEN_LIST ?? 0);
    for (let i = start; i < end; i += 1) {
      if (i > start) out.writeByte(COMMA ?? 0);
      out.writeByte(OPEN_ROW ?? 0);
      this.#writeRow(frame.row(i), frame);
      if (ids !== undefined) this.#writeId(ids.values[i]);
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

  #writeId(id: string | null | undefined): void {
    this.#out.writeBytes(this.#idKey);
    this.#out.writeUtf8(JSON.stringify(id ?? null));
  }

  #writeToken(token: string, { name, type: known }: Column): void {
    const type = known ?? columnType({ [classifyToken(token)]: 1 });
    const value = encodeToken(token, type, this.#empty);
    if (value === undefined) throw doesNotFit(name, type, token);
    if (type === 'string') this.#out.writeUtf8(value);
    else this.#out.writeAscii(value);
  }
}

/** `"a":` or `,"b":`. */
function keyOf(name: string, column: number): Uint8Array {
  return Buffer.from(`${column === 0 ? '' : ','}${JSON.stringify(name)}:`, 'utf8');
}

function doesNotFit(name: string, type: ColumnType, token: string): MdcBridgeError {
  const value = JSON.stringify(token.length > MAX_SHOWN ? `${token.slice(0, MAX_SHOWN)}…` : token);
  return new MdcBridgeError('usage', `column ${name} is of type ${type}, and ${value} is none`, {
    remedy: "send what the history has, or plan again and give the services the new plan's types",
  });
}
