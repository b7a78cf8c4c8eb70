import type { Redactor } from '../collect/redact.js';
import type { Table } from '../collect/table.js';
import type { Cell } from '../legacy/python-repr.js';
import type { ColumnPlan, PlannedColumn } from './column-plan.js';
import { csvCell, plainCell } from './json-cell.js';
import type { JsonRows } from './json-rows.js';
import type { JsonToken } from './row-columns.js';

/** Calls of so many rows are read once for all who look at them, longer ones again for each. */
const MAX_KEPT_ROWS = 1000;

/** A request's rows as both layouts have them: planned, and redacted. */
export class SentRows {
  readonly count: number;
  /** What `json` gives is ASCII. */
  readonly isAscii: boolean;
  /** `table` may have dates. */
  readonly hasDates: boolean;
  readonly #rows: JsonRows;
  readonly #plan: ColumnPlan;
  /** The columns that are written, with what is hidden hidden. */
  readonly #redacted: Table | undefined;

  constructor(rows: JsonRows, plan: ColumnPlan, redactor: Redactor | undefined) {
    this.count = rows.count;
    this.isAscii = rows.isAscii && plan.isAsSent;
    this.hasDates = plan.hasDates;
    this.#rows = rows;
    this.#plan = plan;
    this.#redacted = plan.hidesAny ? redactor?.redact(plainTable(rows)) : undefined;
  }

  /** As pandas would have written them to CSV. */
  table(): Table {
    const { columns, names } = this.#plan;
    const read = (row: number): readonly Cell[] => {
      const tokens = this.#rows.tokens(row);
      const hidden = this.#redacted?.row(row);
      return columns.map((column, i) =>
        column.isHidden ? (hidden?.[i] ?? null) : csvCell(tokens[column.place], column.isDate),
      );
    };
    const kept =
      this.count <= MAX_KEPT_ROWS ? Array.from({ length: this.count }, (_, row) => read(row)) : undefined;
    return { count: this.count, names, kinds: 'plain', row: (row) => kept?.[row] ?? read(row) };
  }

  /** JSON of the rows from `start` to before `end`: as it was sent, but for what is redacted or renamed. */
  json(start: number, end: number): string {
    if (this.#plan.isAsSent) return this.#rows.text(start, end);
    let json = '[';
    for (let row = start; row < end; row += 1) json += `${row === start ? '{' : ',{'}${this.#members(row)}}`;
    return `${json}]`;
  }

  #members(row: number): string {
    const tokens = this.#rows.tokens(row);
    const hidden = this.#redacted?.row(row);
    let members = '';
    for (const [i, column] of this.#plan.columns.entries()) {
      const value = eventValue(column, tokens, hidden?.[i]);
      if (value === undefined) continue;
      members += (members === '' ? '' : ',') + column.key + value;
    }
    return members;
  }
}

function eventValue(
  { isHidden, place }: PlannedColumn,
  tokens: readonly JsonToken[],
  hidden: Cell,
): JsonToken {
  const token = tokens[place];
  if (token === undefined || !isHidden) return token;
  return typeof hidden === 'string' ? JSON.stringify(hidden) : 'null';
}

function plainTable(rows: JsonRows): Table & { readonly names: readonly string[] } {
  return {
    count: rows.count,
    names: rows.names,
    kinds: 'plain',
    row: (row) => rows.tokens(row).map(plainCell),
  };
}
