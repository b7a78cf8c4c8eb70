import { isUtf8 } from 'node:buffer';
import { throwIfAborted } from '../../errors.js';
import { parseEventPath } from '../../event/event-path.js';
import { readWhole, type Storage } from '../../storage/storage.js';
import { callKeyOfEvent, rowCall } from './call-key.js';
import type { CallPlace } from './call-record.js';
import type { CallWriter } from './call-writer.js';
import { ColumnTable } from './column-table.js';
import { type CompareRules, type EventsSide, type EventsTask, HourSums, isInReach } from './compare-task.js';
import { hourNumber, Timestamps } from './date-text.js';
import { Unreadable } from './json-at.js';
import { lineBlocks } from './line-blocks.js';
import { RowsHash } from './rows-hash.js';
import { EventScanner, type ScannedEvent } from './scan-event.js';
import { spanAt } from './stage-spans.js';

export interface ReadingContext {
  readonly storage: Storage;
  readonly rules: CompareRules;
  readonly calls: Pick<CallWriter, 'add'>;
  readonly signal?: AbortSignal;
  readonly onChunk?: (bytes: number, rows: number) => void;
}

/** Of one event: its rows, by the call they are of where rows say so themselves. */
type RowsByCall = Map<string | undefined, RowsHash>;

/** Reads an event file; its calls go to `context.calls`. Memory: a chunk and a line. */
export async function readEvents(task: EventsTask, context: ReadingContext): Promise<EventsSide> {
  const file = new EventFile(task, context);
  let line = 0;
  for await (const block of lineBlocks(context.storage, task.object, task.size, context.signal)) {
    throwIfAborted(context.signal);
    const before = file.rows;
    let from = 0;
    while (from < block.text.length) {
      const end = block.text.indexOf('\n', from);
      const to = end < 0 ? block.text.length : end;
      line += 1;
      const place = {
        line,
        offset: block.offset + from,
        bytes: (end < 0 ? to : to + 1) - from,
        isEnded: end >= 0,
      };
      const waiting = file.add(block.text, from, to, place, block.isUtf8);
      if (waiting !== undefined) await waiting;
      from = to + 1;
    }
    context.onChunk?.(block.text.length, file.rows - before);
  }
  return file.side();
}

type LinePlace = Pick<CallPlace, 'line' | 'offset' | 'bytes'> & { readonly isEnded: boolean };

class EventFile {
  rows = 0;
  readonly #task: EventsTask;
  readonly #context: ReadingContext;
  readonly #columns: ColumnTable;
  readonly #scanner: EventScanner;
  readonly #times = new Timestamps();
  readonly #uncorrelated = new HourSums();
  readonly #splits: boolean;
  readonly #all: RowsHash;
  readonly #allRows: () => RowsHash;
  readonly #ofOneCall: RowsByCall;
  #newest = Number.NEGATIVE_INFINITY;
  #unreadable = 0;
  #example: EventsSide['unreadableExample'];

  constructor(task: EventsTask, context: ReadingContext) {
    this.#task = task;
    this.#context = context;
    const { rowId, writer } = context.rules;
    this.#columns = new ColumnTable(rowId?.name);
    this.#scanner = new EventScanner(this.#columns);
    this.#splits = writer === 'azure' && rowId !== undefined;
    const all = new RowsHash(writer === 'azure');
    this.#all = all;
    this.#allRows = () => all;
    this.#ofOneCall = new Map([[undefined, all]]);
  }

  add(text: string, from: number, to: number, place: LinePlace, isText: boolean): undefined | Promise<void> {
    const rows = this.#rowsByCall();
    try {
      if (!isText && !isUtf8(Buffer.from(text.slice(from, to), 'latin1')))
        throw new Unreadable('it is not valid UTF-8');
      const event = this.#scanner.scan(text, from, to, this.#splits ? this.#rowsOf(rows) : this.#allRows);
      if (event.dataref !== undefined && !event.hasRows) return this.#addDataref(event, place);
      this.#addCalls(event, rows, place);
    } catch (error) {
      this.#note(error, place);
    }
    return undefined;
  }

  side(): EventsSide {
    return {
      collection: this.#task.collection,
      bytes: this.#task.size,
      rows: this.rows,
      uncorrelated: this.#uncorrelated.list(),
      ...(Number.isFinite(this.#newest) ? { newest: this.#newest } : {}),
      unreadable: this.#unreadable,
      ...(this.#example === undefined ? {} : { unreadableExample: this.#example }),
      columns: this.#columns.counts(),
    };
  }

  /** Where rows don't say whose they are, one digest serves all events. */
  #rowsByCall(): RowsByCall {
    if (this.#splits) return new Map();
    this.#all.clear();
    return this.#ofOneCall;
  }

  #rowsOf(rows: RowsByCall): (text: string, from: number) => RowsHash {
    const { rowId } = this.#context.rules;
    return (text, from) => {
      const call = rowId === undefined ? undefined : rowCall(text, from, rowId);
      const known = rows.get(call) ?? new RowsHash(true);
      rows.set(call, known);
      return known;
    };
  }

  async #addDataref(event: ScannedEvent, place: LinePlace): Promise<void> {
    try {
      const name = this.#task.object.replace(/[^/]+$/, `files/${event.id}.json`);
      const content = await readWhole(this.#context.storage, name);
      if (content === undefined) throw new Unreadable(`its rows are missing: there is no ${name}`);
      const rows = this.#rowsByCall();
      const text = content.toString('latin1').trimStart();
      if (!text.startsWith('[')) throw new Unreadable(`there is no array of rows in ${name}`);
      this.#scanner.rows.scan(text, 0, this.#splits ? this.#rowsOf(rows) : this.#allRows);
      this.#addCalls(event, rows, place);
    } catch (error) {
      this.#note(error, place);
    }
  }

  #addCalls(event: ScannedEvent, rows: RowsByCall, place: LinePlace): void {
    const { correlationId, id } = event;
    if (correlationId === undefined) throw new Unreadable('it has no correlationid');
    const time = this.#timeOf(event);
    const { rules, calls } = this.#context;
    for (const digest of rows.values()) this.rows += digest.rows;
    // The converter's own id stands for rows of no call: their time is their folder's.
    const isOfNoCall = id === correlationId && rules.writer === 'mdc-bridge';
    if (!isOfNoCall && time > this.#newest) this.#newest = time;
    if (!isInReach(rules, time)) return;
    for (const [call, digest] of rows) {
      if (call === undefined && isOfNoCall) {
        this.#uncorrelated.add(hourNumber(time), digest.rows, digest.sumA, digest.sumB);
        continue;
      }
      calls.add(callKeyOfEvent(call ?? correlationId, rules), this.#placeOf(place, time), digest);
    }
  }

  #placeOf({ line, offset, bytes }: LinePlace, time: number): CallPlace {
    const { file, collection, stages } = this.#task;
    return {
      collection,
      time,
      file,
      offset,
      bytes,
      line,
      part: 0,
      isRejected: false,
      isMisfit: false,
      isSampledOut: false,
      isOutsideDual: spanAt(stages, time).isOutside,
    };
  }

  #timeOf({ time }: ScannedEvent): number {
    const read = time === undefined ? Number.NaN : this.#times.readEvent(time);
    if (!Number.isNaN(read)) return read;
    const [year, month, day, hour] = parseEventPath(this.#task.object)?.hour.split('/') ?? [];
    return Date.parse(`${year}-${month}-${day}T${hour}:00:00Z`);
  }

  #note(error: unknown, { line, offset, isEnded }: LinePlace): void {
    if (!(error instanceof Unreadable)) throw error;
    // A line in the making: its call is young, and missing or pending as such.
    if (!isEnded) return;
    this.#unreadable += 1;
    this.#example ??= { line, offset, why: error.message };
  }
}
