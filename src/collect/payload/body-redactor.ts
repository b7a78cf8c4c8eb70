import type { Cell } from '../../legacy/python-repr.js';
import { type Redaction, Redactor } from '../redact.js';
import type { Frame } from '../table.js';

/** A number as it was written, which `JSON.stringify` writes again. */
interface RawNumber {
  readonly rawJSON: string;
}

/** As of V8 11.4; the types of es2024 do not know them yet. */
const { rawJSON, parse } = JSON as unknown as {
  rawJSON(text: string): RawNumber;
  parse(
    text: string,
    revive: (this: object, key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
};

/** Takes out of JSON what may not leave the process. */
export class BodyRedactor {
  readonly #redactor: Redactor;

  /** @throws MdcBridgeError `usage` for rules that can't be. */
  constructor(redaction: Redaction) {
    this.#redactor = new Redactor(redaction);
  }

  /** The JSON without it, numbers with the digits that they had; `undefined` for what is no JSON. */
  redact(bytes: Uint8Array): string | undefined {
    const redactor = this.#redactor;
    try {
      const value = parse(Buffer.from(bytes).toString('utf8'), function revive(key, member, { source }) {
        const known = typeof member === 'number' && source !== undefined ? exactly(member, source) : member;
        const inner = isSplit(known) ? redactSplit(redactor, known) : known;
        return Array.isArray(this) ? inner : redactField(redactor, key, inner);
      });
      return JSON.stringify(value);
    } catch {
      return undefined;
    }
  }
}

/** `undefined` takes a field out of its object. */
function redactField(redactor: Redactor, name: string, value: unknown): unknown {
  const table: Frame = { count: 1, names: [name], kinds: 'plain', row: () => [cellOf(value)] };
  const left = redactor.redact(table);
  if (left === table) return value;
  return left.names.length > 0 ? left.row(0)[0] : undefined;
}

/** A table as pandas' `orient="split"` has it, which scoring requests have, too. */
interface SplitTable {
  readonly columns: readonly string[];
  readonly data: readonly (readonly unknown[])[];
}

function isSplit(value: unknown): value is SplitTable {
  const { columns, data } = (value ?? {}) as Partial<SplitTable>;
  return (
    Array.isArray(columns) &&
    columns.every((name) => typeof name === 'string') &&
    Array.isArray(data) &&
    data.every((row) => Array.isArray(row))
  );
}

/** @throws RangeError for a row that is longer than its names: nobody knows what its last values are. */
function redactSplit(redactor: Redactor, split: SplitTable): unknown {
  const { columns, data } = split;
  const kept = new Set(redactor.names(columns));
  const cell = (value: unknown, i: number): unknown[] => {
    const name = columns[i];
    if (name === undefined) throw new RangeError('a row is longer than its names');
    return kept.has(name) ? [redactField(redactor, name, value)] : [];
  };
  return {
    ...split,
    columns: [...columns].filter((name) => kept.has(name)),
    data: data.map((row) => row.flatMap(cell)),
  };
}

/** What is not looked into stays what it is: a rule makes one text of it, or takes it out. */
function cellOf(value: unknown): Cell {
  if (typeof value !== 'object' || value === null) return value as Cell;
  return (isRawNumber(value) ? value.rawJSON : JSON.stringify(value)) as Cell;
}

/** JavaScript's number where it says the same. */
function exactly(value: number, source: string): number | RawNumber {
  return String(value) === source ? value : rawJSON(source);
}

function isRawNumber(value: object): value is RawNumber {
  return Object.getPrototypeOf(value) === null && 'rawJSON' in value;
}
