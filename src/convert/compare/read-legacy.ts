import type { ByteString } from '../../csv/byte-string.js';
import { throwIfAborted } from '../../errors.js';
import type { Correlation } from '../../legacy/correlation.js';
import { CallWindow } from '../../mapping/call-window.js';
import { partCorrelationId } from '../../mapping/event-part.js';
import { MAX_EVENT_ROWS } from '../../mapping/source-mapping.js';
import { AdjacentCalls } from './adjacent-calls.js';
import { callKeyOfRows } from './call-key.js';
import { type FileSide, HourSums, isInReach, type LegacyTask } from './compare-task.js';
import { hourNumber, Timestamps } from './date-text.js';
import { LateCalls } from './late-calls.js';
import { addFields, addUnquoted, type LegacyColumn, LegacyColumns } from './legacy-cells.js';
import { type LegacyCall, type LegacyPart, placeOfPart } from './legacy-part.js';
import { type LegacyRow, LegacyRows, rawRows } from './legacy-rows.js';
import type { ReadingContext } from './read-events.js';
import { RowsHash } from './rows-hash.js';

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
  readonly #window: Pick<CallWindow<LegacyCall>, 'join' | 'adopt' | 'interrupt' | 'closeAll'>;
  readonly #late: LateCalls;
  readonly #times = new Timestamps();
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
    this.#late = new LateCalls(task.recurring);
    this.#one = new RowsHash(context.rules.writer === 'azure');
    const finish = (call: LegacyCall): void => this.#finish(call);
    this.#window = task.isAdjacent ? new AdjacentCalls(finish) : new CallWindow(finish);
  }

  add(raw: LegacyRow['row']): void {
    const line = this.#lines.read(raw);
    if (line === undefined) return;
    this.#rows += 1;
    const { correlation } = line;
    if (correlation !== undefined && correlation.id !== '') this.#addToCall(line, correlation);
    else if (correlation === undefined && this.#isSpoilt(line)) {
      if (raw.ending === '') this.#note(line, 'it has no end yet');
      else this.#adopt(line);
    } else this.#addUncorrelated(line);
  }

  end(): FileSide {
    this.#window.closeAll();
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
    const call = this.#window.join(correlation.id, row.length, () => this.#begin(correlation.id, row.offset));
    const time = this.#timeOf(correlation.timestamp);
    const part = this.#partFor(call, line, time);
    call.places += 1;
    part.end = row.offset + row.length;
    const fits =
      row.defect === undefined && !Number.isNaN(time) ? this.#addRow(part.digest, line) : undefined;
    if (fits === undefined) part.isRejected = true;
    else if (!fits) part.isMisfit = true;
  }

  /** A row of which nothing can be told belongs to the call of the row before, and spoils its part. */
  #adopt(line: LegacyRow): void {
    const call = this.#window.adopt(line.row.length);
    if (call?.part === undefined) {
      this.#window.interrupt();
      this.#note(line, "it can't be read, and belongs to no call");
      return;
    }
    const { time } = call.part;
    call.part.isRejected = true;
    this.#partFor(call, line, time).isRejected = true;
    call.places += 1;
  }

  #isSpoilt({ row, fields, width, header }: LegacyRow): boolean {
    if (row.defect !== undefined) return true;
    return fields !== undefined && this.#piecesOf(width, header) === undefined;
  }

  #partFor(call: LegacyCall, { row, header }: LegacyRow, time: number): LegacyPart {
    if (call.part !== undefined && call.places % MAX_EVENT_ROWS !== 0) return call.part;
    this.#finish(call);
    call.part = {
      digest: new RowsHash(this.#context.rules.writer === 'azure'),
      time,
      offset: row.offset,
      header,
      number: Math.floor(call.places / MAX_EVENT_ROWS),
      end: row.offset + row.length,
      isRejected: false,
      isMisfit: false,
    };
    return call.part;
  }

  /** @returns whether each value fits its column; `undefined` for a row without names. */
  #addRow(digest: RowsHash, line: LegacyRow): boolean | undefined {
    const { row, fields, tail, header } = line;
    const { empty, keepAmlColumns } = this.#context.rules;
    if (fields === undefined && !keepAmlColumns) {
      const likely = this.#likely?.header === header ? this.#likely.columns : undefined;
      const fits = likely === undefined ? undefined : addUnquoted(digest, likely, row.text, tail, empty);
      if (fits !== undefined) {
        digest.endRow();
        return fits;
      }
      digest.dropRow();
    }
    const all = fields ?? (row.text.split(',') as ByteString[]);
    const columns = this.#columns.of(header, all.length - 8, true);
    if (columns === undefined) return undefined;
    this.#likely = { header, columns };
    const fits = addFields(digest, columns, all, 0, empty);
    digest.endRow();
    return fits;
  }

  #begin(id: string, offset: number): LegacyCall {
    return {
      id,
      bytes: 0,
      places: 0,
      base: this.#late.isLate(id) ? `${id}.r${offset}` : id,
      part: undefined,
    };
  }

  #finish(call: LegacyCall): void {
    const { part, id, base } = call;
    if (part === undefined) return;
    call.part = undefined;
    const { rules, calls } = this.#context;
    if (Number.isNaN(part.time)) {
      this.#unreadable += part.digest.rows;
      this.#example ??= { offset: part.offset, why: 'its time is none' };
      return;
    }
    if (!isInReach(rules, part.time)) return;
    const place = placeOfPart(part, id, this.#task);
    calls.add(
      callKeyOfRows(id, part.number, partCorrelationId(base, part.number), rules),
      place,
      part.digest,
    );
  }

  #addUncorrelated(line: LegacyRow): void {
    this.#window.interrupt();
    const { fields = [], width, header, correlation } = line;
    const time = this.#timeOf(correlation?.timestamp ?? this.#task.folderTime);
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
