import { throwIfAborted } from '../../errors.js';
import type { Correlation } from '../../legacy/correlation.js';
import { type FileSide, HourSums, isInReach, type LegacyTask } from './compare-task.js';
import { hourNumber, Timestamps } from './date-text.js';
import { LegacyCalls } from './legacy-calls.js';
import { addFields, addUnsplit, type LegacyColumn, LegacyColumns } from './legacy-cells.js';
import { type LegacyRow, LegacyRows, rawRows } from './legacy-rows.js';
import type { ReadingContext } from './read-events.js';
import { RowsHash } from './rows-hash.js';
import { splitFields } from './split-fields.js';

/** Reads a legacy file; its calls go to `context.calls`. Memory: a chunk, and the digests of at most 4,096 open calls. */
export async function readLegacy(task: LegacyTask, context: ReadingContext): Promise<FileSide> {
  const { storage, signal, onChunk } = context;
  const file = new LegacyFile(task, context);
  for await (const rows of rawRows(chunks())) {
    for (const row of rows) file.add(row);
    onChunk?.(0, rows.length);
  }
  return file.end();

  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of storage.read(task.object, { end: task.size }, signal)) {
      throwIfAborted(signal);
      onChunk?.(chunk.length, 0);
      yield chunk;
    }
  }
}

class LegacyFile {
  readonly #task: LegacyTask;
  readonly #context: ReadingContext;
  readonly #lines: LegacyRows;
  readonly #columns: LegacyColumns;
  readonly #calls: LegacyCalls;
  readonly #times = new Timestamps();
  /** Of rows that have none of their own. */
  readonly #folderTime: number;
  readonly #uncorrelated = new HourSums();
  readonly #one: RowsHash;
  #rows = 0;
  #newest = Number.NEGATIVE_INFINITY;
  #unreadable = 0;
  #example: FileSide['unreadableExample'];
  /** Rows of a call have one time, and the columns of the row before. */
  #time: { readonly text: string; readonly value: number } = { text: '', value: Number.NaN };
  #likely: { readonly header: number; readonly columns: readonly LegacyColumn[] } | undefined;

  constructor(task: LegacyTask, context: ReadingContext) {
    this.#task = task;
    this.#context = context;
    this.#lines = new LegacyRows(task.header);
    this.#columns = new LegacyColumns(task, context.rules);
    this.#folderTime = this.#times.readLegacy(task.folderTime);
    this.#one = new RowsHash(context.rules.writer === 'azure');
    this.#calls = new LegacyCalls(task, context, (part) => {
      this.#unreadable += part.digest.rows;
      this.#example ??= { offset: part.offset, why: 'its time is none' };
    });
  }

  add(raw: LegacyRow['row']): void {
    const line = this.#lines.read(raw);
    if (line === undefined) return;
    this.#rows += 1;
    const { correlation } = line;
    if (correlation !== undefined && correlation.id !== '') this.#addToCall(line, correlation);
    else if (correlation === undefined && this.#isSpoilt(line)) {
      if (raw.ending === '') this.#note(line, 'it has no end yet');
      else if (!this.#calls.adopt(line)) this.#note(line, "it can't be read, and belongs to no call");
    } else this.#addUncorrelated(line);
  }

  end(): FileSide {
    this.#calls.closeAll();
    return {
      collection: this.#task.collection,
      bytes: this.#task.size,
      rows: this.#rows,
      uncorrelated: this.#uncorrelated.list(),
      ...(Number.isFinite(this.#newest) ? { newest: this.#newest } : {}),
      unreadable: this.#unreadable,
      ...(this.#example === undefined ? {} : { unreadableExample: this.#example }),
    };
  }

  #addToCall(line: LegacyRow, correlation: Correlation): void {
    const { row } = line;
    const time = this.#timeOf(correlation.timestamp);
    const part = this.#calls.partOf(line, correlation.id, time);
    const fits =
      row.defect === undefined && !Number.isNaN(time) ? this.#addRow(part.digest, line) : undefined;
    if (fits === undefined) part.isRejected = true;
    else if (!fits) part.isMisfit = true;
  }

  #isSpoilt({ row, fields, width, header }: LegacyRow): boolean {
    if (row.defect !== undefined) return true;
    return fields !== undefined && this.#piecesOf(width, header) === undefined;
  }

  /** @returns whether each value fits its column; `undefined` for a row without names. */
  #addRow(digest: RowsHash, line: LegacyRow): boolean | undefined {
    const { row, fields, tail, header } = line;
    const { empty, keepAmlColumns } = this.#context.rules;
    if (fields === undefined && !keepAmlColumns) {
      const likely = this.#likely?.header === header ? this.#likely.columns : undefined;
      const fits = likely === undefined ? undefined : addUnsplit(digest, likely, row.text, tail, empty);
      if (fits !== undefined) {
        digest.endRow();
        return fits;
      }
      digest.dropRow();
    }
    const all = fields ?? splitFields(row.text);
    const columns = this.#columns.of(header, all.length - 8, true);
    if (columns === undefined) return undefined;
    this.#likely = { header, columns };
    const fits = addFields(digest, columns, all, 0, empty);
    digest.endRow();
    return fits;
  }

  #addUncorrelated(line: LegacyRow): void {
    this.#calls.interrupt();
    const { fields = [], width, header, correlation } = line;
    const time = correlation === undefined ? this.#folderTime : this.#timeOf(correlation.timestamp);
    const columns = this.#piecesOf(width, header, correlation !== undefined);
    if (columns === undefined || Number.isNaN(time)) {
      this.#note(line, columns === undefined ? 'its width has no names' : 'its time is none');
      return;
    }
    if (!isInReach(this.#context.rules, time)) return;
    const step = Math.max(1, columns.length);
    for (let first = 0; first < Math.max(1, width); first += step) {
      const one = this.#one;
      const [sumA, sumB] = [one.sumA, one.sumB];
      addFields(one, columns, fields, first, this.#context.rules.empty);
      one.endRow();
      this.#uncorrelated.add(hourNumber(time), 1, one.sumA - sumA, one.sumB - sumB);
    }
  }

  /** The columns of each row that an uncorrelated line stands for. */
  #piecesOf(width: number, header: number, withEight = false): readonly LegacyColumn[] | undefined {
    const { explode = width } = this.#task;
    const each = width === 0 || width % explode !== 0 ? width : explode;
    return this.#columns.of(header, each, withEight);
  }

  #timeOf(timestamp: string): number {
    if (timestamp !== this.#time.text) {
      const value = this.#times.readLegacy(timestamp);
      if (value > this.#newest) this.#newest = value;
      this.#time = { text: timestamp, value };
    }
    return this.#time.value;
  }

  #note({ row }: LegacyRow, why: string): void {
    this.#unreadable += 1;
    this.#example ??= { offset: row.offset, why };
  }
}
