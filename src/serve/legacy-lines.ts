import type { CollectorSettings } from '../collect/collector-settings.js';
import { areRouted } from '../collect/rows/call-rows.js';
import { ColumnsBelow } from '../collect/rows/columns-below.js';
import { CorrelationMaker, CorrelationTail } from '../collect/rows/correlation-tail.js';
import { HeaderChoice } from '../collect/rows/header-choice.js';
import { RowEncoder } from '../collect/rows/row-encoder.js';
import { TargetNames } from '../collect/rows/target-names.js';
import type { Table } from '../collect/table.js';
import type { CorrelationFields } from '../legacy/correlation.js';
import { dateKinds, type RowStyle } from '../legacy/python-csv.js';
import type { LogHeaders } from './log-headers.js';
import type { SentRows } from './sent-rows.js';
import type { WrittenCall } from './written-call.js';

/** One collection's calls → rows of CSV in the blobs that they belong to: all carry the eight correlation values. */
export class LegacyLines {
  readonly #settings: CollectorSettings;
  readonly #rows: RowEncoder;
  readonly #correlations: CorrelationMaker;
  readonly #tail = new CorrelationTail();
  readonly #names: TargetNames;
  readonly #headers: HeaderChoice;
  readonly #columns: ColumnsBelow;

  /**
   * @param maxBytes of one call's rows.
   * @param onError told of rows that stand below a header of other names.
   * @throws MdcBridgeError `usage` for names that no blob may have.
   */
  constructor(settings: CollectorSettings, maxBytes: number, onError: (error: Error) => void) {
    const { designation, featureNames } = settings;
    this.#settings = settings;
    this.#correlations = new CorrelationMaker(settings);
    this.#rows = new RowEncoder(maxBytes);
    this.#names = new TargetNames(settings);
    this.#names.own(0);
    this.#headers = new HeaderChoice(designation, featureNames);
    this.#columns = new ColumnsBelow(onError);
  }

  /** @throws MdcBridgeError `usage` for dates that Python does not have, and more bytes than may be. */
  format(headers: LogHeaders, rows: SentRows): WrittenCall {
    if (rows.count === 0) return { kind: 'nothing' };
    const time = headers.time * 1000;
    const correlations = this.#correlations.make(headers.correlationId, time);
    const isRouted = areRouted(this.#settings.designation, correlations);
    const table = rows.table();
    // Rows that go to other blobs were written one by one, and so as lists.
    const bytes = this.#encode(table, correlations, isRouted ? 'list' : 'dataframe', rows.hasDates);
    const name = isRouted ? this.#names.correlated(correlations) : this.#names.own(time);
    const header = this.#headers.next(table.names, true);
    this.#columns.compare(name, this.#headers.columns, table.names);
    const target = header === undefined ? { name } : { name, header };
    return { kind: 'rows', target, bytes, rows: rows.count, giveBack: () => undefined };
  }

  #encode(table: Table, correlations: CorrelationFields, style: RowStyle, hasDates: boolean): Uint8Array {
    const { count, row } = table;
    // The numbers are texts already, as Python has them.
    const kinds = hasDates && style === 'dataframe' ? dateKinds(count, row, 'plain') : 'plain';
    const tail = this.#tail.of(correlations);
    this.#rows.reset();
    for (let i = 0; i < count; i += 1) this.#rows.row(row(i), kinds, style, tail);
    return this.#rows.view();
  }
}
