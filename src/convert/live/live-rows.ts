import { type ByteString, decodeText } from '../../csv/byte-string.js';
import { hourOf } from '../../event/event-path.js';
import { isTimestamp } from '../../legacy/timestamp.js';
import type { DataRow, LegacyLine } from '../../mapping/legacy-lines.js';
import type { LiveRows } from '../../mapping/live-rows.js';
import type { ConvertTask, LiveTask } from '../convert-task.js';
import { BatchedCalls } from './batched-calls.js';
import { LiveCalls } from './live-calls.js';
import { rowKey } from './live-events.js';
import { type LiveReading, RowPool } from './row-pool.js';

/** What live collection has near one source, read when its rows ask for it. Memory: that of `LiveCalls` and `RowPool`. */
export class LiveRowsOfSource implements LiveRows {
  readonly #task: ConvertTask;
  readonly #live: LiveTask;
  readonly #reading: LiveReading;
  readonly #calls: LiveCalls;
  readonly #batched: BatchedCalls;
  #pool: RowPool | undefined;
  /** Of the last row that was prepared: those of one call, and most neighbours, share it. */
  #hour = '';
  /** The call of the last row: one that can't be read behind it is its as well. */
  #call = '';

  constructor(task: ConvertTask, live: LiveTask, reading: LiveReading) {
    this.#task = task;
    this.#live = live;
    this.#reading = reading;
    this.#calls = new LiveCalls(live.files, reading.destination, reading.signal);
    const hour = live.files.map((file) => file.hour).reduce((a, b) => (a < b ? a : b), '9');
    this.#batched = new BatchedCalls({ source: task.source, hour });
  }

  /** Before the line is mapped. Nothing to read: no promise. */
  prepare(line: LegacyLine): Promise<void> | undefined {
    if (line.kind !== 'row') return undefined;
    const { correlation, row } = line;
    if (correlation === undefined && row.defect !== undefined && this.#call !== '') {
      this.#countRow(this.#call);
      return undefined;
    }
    if (correlation === undefined || correlation.id === '') {
      this.#call = '';
      return this.#preparePool(line);
    }
    const { id, timestamp } = correlation;
    this.#call = id;
    const hour = hourOf(timestamp);
    if (hour !== this.#hour && isTimestamp(timestamp)) {
      this.#hour = hour;
      if (!this.#calls.isReady(hour)) return this.#calls.prepare(hour).then(() => this.#countRow(id));
    }
    this.#countRow(id);
    return undefined;
  }

  /**
   * When the source has no more rows.
   *
   * @throws MdcBridgeError `conflict`: see `BatchedCalls`.
   */
  end(): void {
    this.#batched.refuse();
  }

  rowsOf(id: string, time: string): number {
    return this.#calls.rowsOf(id, hourOf(time));
  }

  take(row: string): boolean {
    return this.#pool?.take(rowKey(decodeText(`${row}}` as ByteString))) === true;
  }

  #countRow(id: string): void {
    const rows = this.#hour === '' ? 0 : this.#calls.foreignRowsOf(id, this.#hour);
    if (rows > 0) this.#batched.add(id, rows);
  }

  #preparePool({ row }: DataRow): Promise<void> | undefined {
    if (this.#pool !== undefined || row.defect !== undefined) return undefined;
    return RowPool.open(this.#task, this.#live, this.#reading).then((pool) => {
      this.#pool = pool;
    });
  }
}
