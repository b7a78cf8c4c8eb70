import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { MdcBridgeError } from '../errors.js';
import { type ColumnKind, kindOf } from '../legacy/python-csv.js';
import type { Cell } from '../legacy/python-repr.js';
import { cellJson, FULL } from './events/cell-json.js';
import type { Table } from './table.js';

/**
 * `drop`: without the column. `mask`: `***` for every value. `hash`: HMAC-SHA-256 of the value's text, in hex: equal for equal
 * values, and without the key not to be found by trying. What is missing (null, NaN) stays missing.
 */
export type RedactionRule = 'drop' | 'mask' | 'hash';

export interface Redaction {
  /** Column → what becomes of it; upper and lower case are the same, so that a new spelling leaks nothing. */
  readonly fields: Readonly<Record<string, RedactionRule>>;
  /** For `hash`: 16 bytes at least. A secret: it stands in no message and no file. */
  readonly key?: string | Uint8Array;
}

/** A table that surely has names, or one that may. */
type Named<N> = Table & { readonly names: N };

const MASK = '***';
const MIN_KEY_BYTES = 16;

/** Takes out of tables what may not leave the process; the same for both layouts. */
export class Redactor {
  /** By lower-cased name. */
  readonly #rules: ReadonlyMap<string, RedactionRule>;
  readonly #key: KeyObject | undefined;

  /** @throws MdcBridgeError `usage` for a `hash` without a key that is one. */
  constructor({ fields, key }: Redaction) {
    this.#rules = new Map(Object.entries(fields).map(([name, rule]) => [name.toLowerCase(), rule]));
    for (const [name, rule] of this.#rules) checkRule(name, rule);
    const bytes = typeof key === 'string' ? Buffer.from(key, 'utf8') : key;
    const isHashing = [...this.#rules.values()].includes('hash');
    if (isHashing && (bytes === undefined || bytes.length < MIN_KEY_BYTES)) throw noKey();
    this.#key = bytes === undefined || bytes.length === 0 ? undefined : createSecretKey(bytes);
  }

  /** What becomes of a column. */
  ruleOf(name: string): RedactionRule | undefined {
    return this.#rules.get(name.toLowerCase());
  }

  /** The names of the columns that are left. */
  names(names: readonly string[]): string[] {
    return names.filter((name) => this.ruleOf(name) !== 'drop');
  }

  /**
   * The table as it may be written; the given one stays as it is. Values are read when a row is asked for.
   *
   * @param names of the columns, for a table that brings none.
   * @throws MdcBridgeError `usage` for a table without names: nobody knows which columns are meant.
   */
  redact<N extends Table['names']>(table: Named<N>, names: Table['names'] = table.names): Named<N> {
    if (this.#rules.size === 0) return table;
    if (names === undefined) throw noNames();
    const rules = names.map((name) => this.ruleOf(name));
    if (rules.every((rule) => rule === undefined)) return table;
    const kept = [...names.keys()].filter((column) => rules[column] !== 'drop');
    // Nothing else of the table: whatever more it had might hold the values.
    return {
      count: table.count,
      names: (table.names === undefined ? undefined : this.names(table.names)) as N,
      kinds: kept.map((column): ColumnKind => (rules[column] ? 'plain' : kindOf(table.kinds, column))),
      row: (index: number): readonly Cell[] => {
        const cells = table.row(index);
        // A row that is longer than its names has cells that no rule can mean.
        if (cells.length > rules.length) throw tooLong(cells.length, rules.length);
        return kept.map((column) => this.#cell(cells[column], rules[column]));
      },
    };
  }

  #cell(cell: Cell, rule: RedactionRule | undefined): Cell {
    if (rule === undefined || this.#key === undefined || rule !== 'hash') {
      return rule === undefined || isMissing(cell) ? cell : MASK;
    }
    if (isMissing(cell)) return cell;
    return createHmac('sha256', this.#key).update(textOf(cell), 'utf8').digest('hex');
  }
}

/** What is hashed: a text itself, and of anything else its JSON, so that 5 is "5" wherever it comes from. */
function textOf(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  return cell instanceof Date ? cell.toISOString() : cellJson(cell, 'plain', FULL);
}

function isMissing(cell: Cell): boolean {
  if (cell === null || cell === undefined) return true;
  return cell instanceof Date ? Number.isNaN(cell.getTime()) : typeof cell === 'number' && Number.isNaN(cell);
}

function checkRule(name: string, rule: string): void {
  if (rule === 'drop' || rule === 'mask' || rule === 'hash') return;
  throw new MdcBridgeError(
    'usage',
    `the field ${JSON.stringify(name)} can't be redacted by ${JSON.stringify(rule)}`,
    {
      remedy: 'the rules are drop, mask and hash',
    },
  );
}

function noKey(): MdcBridgeError {
  return new MdcBridgeError('usage', `to hash fields, redact needs a key of ${MIN_KEY_BYTES} bytes or more`, {
    remedy: 'give redact a key from your secret store; whoever has it can try values',
  });
}

function noNames(): MdcBridgeError {
  return new MdcBridgeError('usage', "data without column names can't be redacted", {
    remedy: 'give feature names, or records or columns, so that it is known which values are meant',
  });
}

function tooLong(cells: number, names: number): MdcBridgeError {
  return new MdcBridgeError('usage', `a row of ${cells} values can't be redacted by ${names} names`, {
    remedy: 'give a name for each column',
  });
}
