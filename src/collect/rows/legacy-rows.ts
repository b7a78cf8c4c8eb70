import { MdcBridgeError } from '../../errors.js';
import { TELEMETRY_FILE } from '../../legacy/data-path.js';
import { CollectCounters, type CollectorStats } from '../collect-event.js';
import type { CollectorOptions } from '../collector-options.js';
import type { CollectorSettings } from '../collector-settings.js';
import type { BlobTarget } from '../delivery/batch.js';
import { collectorAddress, openSink } from '../delivery/open-sink.js';
import { Outbox } from '../delivery/outbox.js';
import { type RowSink, usualFlushMs } from '../delivery/row-sink.js';
import { areRouted, type Call, CallEncoder, type RowForm } from './call-rows.js';
import { ColumnsBelow } from './columns-below.js';
import { HeaderChoice } from './header-choice.js';
import type { PlainDoubles } from './plain-doubles.js';
import { TargetNames } from './target-names.js';

const MAX_BUFFERED_BYTES = 64 * 2 ** 20;

/** The legacy side of a collector: calls become rows of CSV in the blobs that they belong to. */
export class LegacyRows {
  readonly outbox: Outbox;
  readonly #settings: CollectorSettings;
  readonly #encoder: CallEncoder;
  readonly #names: TargetNames;
  readonly #headers: HeaderChoice;
  readonly #counters = new CollectCounters();
  /** Which blob has its header at least, if no row comes; and what this collector's own blobs begin with. */
  readonly #emptyFile: string | undefined;
  #ownHeader: Uint8Array | undefined;
  /** Where they go, without credentials. */
  readonly url: string;
  readonly #onError: (error: Error) => void;
  #target: BlobTarget = { name: '' };
  /** That the target's header has, as far as this collector has written it. */
  readonly #columns: ColumnsBelow;
  #isFull = false;
  #wroteOwn = false;

  constructor(
    settings: CollectorSettings,
    options: CollectorOptions,
    now: number,
    onError: (error: Error) => void,
    doubles?: PlainDoubles,
  ) {
    const { environment, designation, featureNames } = settings;
    this.#settings = settings;
    this.#onError = onError;
    const maxBytes = options.maxBufferedBytes ?? environment.maxBufferedBytes ?? MAX_BUFFERED_BYTES;
    this.#encoder = new CallEncoder(rowForm(settings, options), maxBytes, doubles);
    this.#names = new TargetNames(settings);
    // Named in any case, so that names that can't be are refused before anything is opened.
    const first = this.#names.own(now);
    if (options.emptyFiles === true) this.#emptyFile = first;
    this.#headers = new HeaderChoice(designation, featureNames);
    this.#columns = new ColumnsBelow(onError);
    const sink = openSink(
      collectorAddress(settings, options),
      options.storageOptions,
      options.environment ?? process.env,
    );
    this.url = sink.url;
    this.outbox = new Outbox({
      sink,
      delivery: options,
      maxBytes,
      ...rhythmOf(sink, settings, options),
      counters: this.#counters,
      onError,
      beforeEnd: () => this.#leaveHeader(),
    });
    this.#ownHeader = this.#headers.line;
  }

  /**
   * @returns false if the rows had to be dropped, which is counted.
   * @throws MdcBridgeError `usage` for values that no cell may be, and correlations that are none.
   */
  take(call: Call): boolean {
    const rows = this.#encoder.encode(call);
    const target = this.#targetOf(call);
    if (call.table.count === 0) return true;
    if (!this.outbox.add(target, rows, call.table.count)) {
      this.#drop(call.table.count);
      return false;
    }
    // The end of an episode: at the brim every other call might fit.
    if (this.#isFull && this.outbox.bytes <= this.outbox.capacity / 2) this.#isFull = false;
    return true;
  }

  stats(): CollectorStats {
    return this.#counters.stats(this.outbox.bytes);
  }

  /** The blob of the rows' own time and model, and what is to stand first in it. */
  #targetOf(call: Call): BlobTarget {
    const { designation } = this.#settings;
    const { table, correlations, time } = call;
    const isRouted = correlations !== undefined && areRouted(designation, correlations);
    const name = isRouted ? this.#names.correlated(correlations) : this.#names.own(time);
    const header = this.#headers.next(table.names, correlations !== undefined);
    if (!isRouted) this.#ownHeader = header;
    this.#wroteOwn ||= name === this.#emptyFile && table.count > 0;
    if (table.count > 0) {
      this.#columns.compare(name, this.#headers.columns, table.names ?? this.#settings.featureNames);
    }
    if (name === this.#target.name && header === this.#target.header) return this.#target;
    const isNew = name !== this.#target.name;
    this.#target = header === undefined ? { name } : { name, header };
    if (isNew) this.#touchTelemetry(name);
    return this.#target;
  }

  #leaveHeader(): void {
    if (this.#emptyFile === undefined || this.#ownHeader === undefined || this.#wroteOwn) return;
    this.outbox.touchHeader({ name: this.#emptyFile, header: this.#ownHeader });
    this.#touchTelemetry(this.#emptyFile);
  }

  #touchTelemetry(name: string): void {
    const { designation, telemetry } = this.#settings;
    if (telemetry === undefined || designation !== 'inputs') return;
    const beside = `${name.slice(0, name.lastIndexOf('/'))}/${TELEMETRY_FILE}`;
    this.outbox.touchHeader({ name: beside, header: Buffer.from(telemetry, 'utf8') });
  }

  #drop(rows: number): void {
    this.#counters.dropped(rows, 'full');
    if (this.#isFull) return;
    this.#isFull = true;
    const mebibytes = Math.round(this.outbox.capacity / 2 ** 20);
    this.#onError(
      new MdcBridgeError('storage', `the collector's buffer of ${mebibytes} MiB is full: rows are dropped`, {
        remedy:
          'see why the storage takes none (stats().lastError), or give a spoolFolder and whenFull: spool, or await ready()',
      }),
    );
  }
}

export function rowForm(
  { designation, featureNames }: CollectorSettings,
  { rowStyle = 'list', floatColumns = [] }: CollectorOptions,
): RowForm {
  return { designation, featureNames, rowStyle, floatColumns: new Set(floatColumns) };
}

function rhythmOf(
  sink: RowSink,
  { environment }: CollectorSettings,
  { flushMs }: CollectorOptions,
): { readonly flushMs: number; readonly flushBytes?: number } {
  const usual = usualFlushMs(sink);
  const asked = [environment.flushMs, environment.commitMs].filter((ms) => ms !== undefined);
  return {
    flushMs: flushMs ?? (asked.length === 0 ? usual : Math.max(...asked)),
    ...(environment.flushBytes === undefined ? {} : { flushBytes: environment.flushBytes }),
  };
}
