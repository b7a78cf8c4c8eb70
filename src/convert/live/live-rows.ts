import { type ByteString, decodeText } from '../../csv/byte-string.js';
import { hourOf } from '../../event/event-path.js';
import { isTimestamp } from '../../legacy/timestamp.js';
import type { DataRow, LegacyLine } from '../../mapping/legacy-lines.js';
import type { LiveRows } from '../../mapping/live-rows.js';
import type { ConvertTask, LiveTask } from '../convert-task.js';
import { LiveCalls } from './live-calls.js';
import { rowKey } from './live-events.js';
import { type LiveReading, RowPool } from './row-pool.js';

/** What live collection has near one source, read when its rows ask for it. Memory: that of `LiveCalls` and `RowPool`. */
export class LiveRowsOfSource implements LiveRows {
  readonly #task: ConvertTask;
  readonly #live: LiveTask;
  readonly #reading: LiveReading;
  readonly #calls: LiveCalls;
  #pool: RowPool | undefined;
  /** Of the last row that was prepared: those of one call, and most neighbours, share it. */
  #hour = '';

  constructor(task: ConvertTask, live: LiveTask, reading: LiveReading) {
    this.#task = task;
    this.#live = live;
    this.#reading = reading;
    this.#calls = new LiveCalls(live.files, reading.destination, reading.signal);
  }

  /** Before the line is mapped. Nothing to read: no promise. */
  prepare(line: LegacyLine): Promise<void> | undefined {
    if (line.kind !== 'row') return undefined;
    const { correlation } = line;
    if (correlation === undefined || correlation.id === '') return this.#preparePool(line);
    const { timestamp } = correlation;
    const hour = hourOf(timestamp);
    if (hour === this.#hour || !isTimestamp(timestamp)) return undefined;
    this.#hour = hour;
    return this.#calls.isReady(hour) ? undefined : this.#calls.prepare(hour);
  }

  rowsOf(id: string, time: string): number {
    return this.#calls.rowsOf(id, hourOf(time));
  }

  take(row: string): boolean {
    return this.#pool?.take(rowKey(decodeText(`${row}}` as ByteString))) === true;
  }

  #preparePool({ row }: DataRow): Promise<void> | undefined {
    if (this.#pool !== undefined || row.defect !== undefined) return undefined;
    return RowPool.open(this.#task, this.#live, this.#reading).then((pool) => {
      this.#pool = pool;
    });
  }
}
