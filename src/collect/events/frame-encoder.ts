import { MdcBridgeError } from '../../errors.js';
import { type ColumnKinds, kindOf } from '../../legacy/python-csv.js';
import { areSameNames, resolveColumnNames } from '../../mapping/column-names.js';
import type { Frame } from '../table.js';
import { cellJson, FULL, isPlainJson, type JsonForm } from './cell-json.js';
import { PANDAS, pandasKinds } from './pandas-json.js';
import { checkFree, type RowIds, withRowIds } from './row-id-column.js';

/** `full`: every digit of a float. `pandas`: as the v2 SDK wrote, ten decimals. */
export type FloatFormat = 'full' | 'pandas';

/** One call's rows, ready to be written: some of them at a time. */
export interface EncodableRows {
  readonly count: number;
  /** JSON of an array of objects, of the rows from `start` to before `end`, in UTF-8; valid until the next one is encoded. */
  encode(start: number, end: number): Uint8Array;
}

/** How rows become the JSON of an event's `data`. */
export interface RowsEncoder {
  /** @throws MdcBridgeError `usage` for rows that can't be written, or have the ids' column already; `encode` too. */
  open(frame: Frame, ids?: RowIds): EncodableRows;
}

/** Rows → JSON by the values' own types. Keys stand in the order of the columns, also those that look like integers. */
export class FrameEncoder implements RowsEncoder {
  readonly #form: JsonForm;
  readonly #isPandas: boolean;
  /** Of the last frame, which most frames share. */
  #names: readonly string[] | undefined;
  #keys: readonly string[] = [];
  #isRenamed = false;

  constructor(format: FloatFormat) {
    this.#isPandas = format === 'pandas';
    this.#form = this.#isPandas ? PANDAS : FULL;
  }

  /**
   * @throws MdcBridgeError `usage` for names that repeat. `encode` throws for what no cell may be, and names its column and row.
   */
  open(given: Frame, ids?: RowIds): EncodableRows {
    // A call without rows has no columns either.
    const hasIds = ids !== undefined && given.count > 0;
    if (hasIds) checkFree(given.names, ids);
    const frame = hasIds ? withRowIds(given, ids) : given;
    const keys = this.#keysOf(frame.names);
    const kinds = this.#isPandas ? pandasKinds(frame) : frame.kinds;
    return {
      count: frame.count,
      encode: (start, end) =>
        Buffer.from(
          this.#encodeRecords(frame, start, end) ?? this.#encode(frame, keys, kinds, start, end),
          'utf8',
        ),
    };
  }

  /** One native call takes half the time of the loop, and makes one string. */
  #encodeRecords({ names, row: { source } }: Frame, start: number, end: number): string | undefined {
    if (source?.names !== names || this.#isPandas || this.#isRenamed) return undefined;
    const { records } = source;
    const some = start === 0 && end === records.length ? records : records.slice(start, end);
    for (const record of some) for (const key in record) if (!isPlainJson(record[key])) return undefined;
    return JSON.stringify(some);
  }

  #encode(frame: Frame, keys: readonly string[], kinds: ColumnKinds, start: number, end: number): string {
    const form = this.#form;
    let json = '[';
    for (let i = start; i < end; i += 1) {
      const cells = frame.row(i);
      json += i === start ? '{' : ',{';
      for (let column = 0; column < keys.length; column += 1) {
        json += keys[column];
        try {
          json += cellJson(cells[column], kindOf(kinds, column), form);
        } catch (error) {
          throw inCell(error, frame.names[column], i);
        }
      }
      json += '}';
    }
    return `${json}]`;
  }

  /** `"a":` and `,"b":`. */
  #keysOf(names: readonly string[]): readonly string[] {
    if (!areSameNames(names, this.#names)) {
      const columns = this.#columns(names);
      this.#isRenamed = !areSameNames(columns, names);
      this.#keys = columns.map((name, i) => `${i === 0 ? '' : ','}${this.#form.text(name)}:`);
      this.#names = [...names];
    }
    return this.#keys;
  }

  /**
   * As in converted events: what the monitors can't read is renamed (`''`, `correlationid`, names that differ only by case). The SDK
   * left such names alone.
   */
  #columns(names: readonly string[]): readonly string[] {
    const all = wellFormed(names);
    return this.#isPandas ? all : (resolveColumnNames([[all]])[0]?.[0] ?? all);
  }
}

function wellFormed(names: readonly string[]): readonly string[] {
  const all = names.map((name) => name.toWellFormed());
  const twice = all.find((name, i) => all.indexOf(name) < i);
  if (twice === undefined) return all;
  throw new MdcBridgeError('usage', `can't collect this: there are two columns ${JSON.stringify(twice)}`, {
    remedy: 'give each column a name of its own',
  });
}

function inCell(error: unknown, name: string | undefined, row: number): unknown {
  if (!(error instanceof MdcBridgeError)) return error;
  const { message, remedy } = error;
  return new MdcBridgeError(
    'usage',
    `can't collect this: ${message} (column ${JSON.stringify(name)}, row ${row})`,
    { cause: error, ...(remedy === undefined ? {} : { remedy }) },
  );
}
