import type { CorrelationFields } from '../../legacy/correlation.js';
import type { Designation } from '../../legacy/designation.js';
import {
  type ColumnKind,
  type ColumnKinds,
  dateKinds,
  kindOf,
  type RowStyle,
} from '../../legacy/python-csv.js';
import type { Table } from '../table.js';
import { CorrelationTail } from './correlation-tail.js';
import type { PlainDoubles } from './plain-doubles.js';
import { RowEncoder } from './row-encoder.js';

/** One call of `collect`, accepted. */
export interface Call {
  readonly table: Table;
  /** In epoch ms. */
  readonly time: number;
  readonly correlations: CorrelationFields | undefined;
}

/** How a collector writes its numbers and rows. */
export interface RowForm {
  readonly designation: Designation;
  readonly featureNames: readonly string[] | undefined;
  /** Of records and columns; arrays are lists. */
  readonly rowStyle: RowStyle;
  readonly floatColumns: ReadonlySet<string>;
}

/** Whether correlated rows go to the blob of the request they answer, one by one: those of predictions, labels and signals. */
export function areRouted(designation: Designation, correlations: CorrelationFields | undefined): boolean {
  return correlations !== undefined && designation !== 'inputs' && designation !== 'general';
}

/** Calls → rows of CSV. */
export class CallEncoder {
  readonly #form: RowForm;
  readonly #rows: RowEncoder;
  readonly #tail = new CorrelationTail();

  /** @param maxBytes one call may have. @param doubles see `RowEncoder`. */
  constructor(form: RowForm, maxBytes?: number, doubles?: PlainDoubles) {
    this.#form = form;
    this.#rows = new RowEncoder(maxBytes, doubles);
  }

  /**
   * All of a call's rows, one after the other; valid until the next call.
   *
   * @throws MdcBridgeError `usage` for values that no cell may be.
   */
  encode({ table, correlations }: Call): Uint8Array {
    const style = this.#styleOf(table, correlations);
    // The SDK put float32 values into rows with others, which widened them; a DataFrame's column kept its type.
    const kinds = kindsOf(table, this.#form, style, correlations !== undefined && style === 'list');
    const tail = this.#tail.of(correlations);
    this.#rows.reset();
    for (let i = 0; i < table.count; i += 1) this.#rows.row(table.row(i), kinds, style, tail);
    return this.#rows.view();
  }

  /** Rows that go to other blobs were written one by one, and so as lists. */
  #styleOf(table: Table, correlations: CorrelationFields | undefined): RowStyle {
    const { designation, rowStyle } = this.#form;
    return table.names === undefined || areRouted(designation, correlations) ? 'list' : rowStyle;
  }
}

function kindsOf(table: Table, form: RowForm, style: RowStyle, isWidened: boolean): ColumnKinds {
  const widen = (kind: ColumnKind): ColumnKind => (kind === 'float32' && isWidened ? 'float' : kind);
  const { kinds } = table;
  const names = form.floatColumns.size === 0 ? undefined : (table.names ?? form.featureNames);
  if (typeof kinds === 'string' && names === undefined && style === 'list') return widen(kinds);
  const width = table.count === 0 ? 0 : table.row(0).length;
  const declared = Array.from({ length: width }, (_, column): ColumnKind => {
    const kind = widen(kindOf(kinds, column));
    return kind === 'plain' && form.floatColumns.has(names?.[column] ?? '') ? 'float' : kind;
  });
  return style === 'dataframe' ? dateKinds(table.count, (i) => table.row(i), declared) : declared;
}
