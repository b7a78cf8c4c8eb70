import { MdcBridgeError } from '../../errors.js';
import { cellText, kindOf } from '../../legacy/python-csv.js';
import { type ColumnType, classifyToken, columnType, encodeToken } from '../../mapping/column-types.js';
import type { EncodableRows } from '../events/frame-encoder.js';
import type { Frame } from '../table.js';

/** Column → type, as the plan of the history or a v2 tree has it. */
export type KnownTypes = ReadonlyMap<string, ColumnType>;

/**
 * Rows → the JSON that a conversion of their CSV would give: each cell is first what stands in the file, and then that text in its
 * column's type.
 */
export class TypedRowsEncoder {
  readonly #types: KnownTypes;
  readonly #empty: 'null' | 'string';
  /** Of the last frame, which most frames share. */
  #names: readonly string[] | undefined;
  #keys: readonly string[] = [];

  constructor(types: KnownTypes, empty: 'null' | 'string') {
    this.#types = types;
    this.#empty = empty;
  }

  /** `encode` throws `usage` for a value that does not fit its column's type, and names both. */
  open(frame: Frame): EncodableRows {
    if (frame.names !== this.#names) {
      this.#names = frame.names;
      this.#keys = frame.names.map((name, i) => `${i === 0 ? '' : ','}${JSON.stringify(name)}:`);
    }
    return { count: frame.count, encode: (start, end) => this.#encode(frame, start, end) };
  }

  #encode(frame: Frame, start: number, end: number): string {
    let json = '[';
    for (let i = start; i < end; i += 1) {
      json += i === start ? '{' : ',{';
      const cells = frame.row(i);
      for (const [column, name] of frame.names.entries()) {
        const token = cellText(cells[column], column, kindOf(frame.kinds, column), 'list');
        // A column that nobody knows yet has the type of what stands in it.
        const type = this.#types.get(name) ?? columnType({ [classifyToken(token)]: 1 });
        const value = encodeToken(token, type, this.#empty);
        if (value === undefined) throw doesNotFit(name, type, token);
        json += this.#keys[column] + value;
      }
      json += '}';
    }
    return `${json}]`;
  }
}

function doesNotFit(name: string, type: ColumnType, token: string): MdcBridgeError {
  return new MdcBridgeError('usage', `column ${name} is of type ${type}, and ${token.slice(0, 40)} is none`, {
    remedy: "send what the history has, or plan again and give the services the new plan's types",
  });
}
