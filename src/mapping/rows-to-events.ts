import { encodeText } from '../csv/byte-string.js';
import type { ParsedRow } from '../csv/parse-rows.js';
import { correlatedEventId, murmur3x86128, uncorrelatedEventId } from '../event/event-id.js';
import { hourOf } from '../event/event-path.js';
import { type Correlation, NO_REQUEST_ID } from '../legacy/correlation.js';
import { isTimestamp } from '../legacy/timestamp.js';
import { CallWindow, type OpenCall } from './call-window.js';
import { countLossy, encodeRow, type RowEncoder } from './encode-row.js';
import { EventPart, partCorrelationId } from './event-part.js';
import { finishPart, type PartOutcome } from './finish-part.js';
import type { DataRow } from './legacy-lines.js';
import { formatReject, type RejectReason } from './reject.js';
import { type LentCorrelation, MAX_EVENT_ROWS, type SourceMapping } from './source-mapping.js';

/** Where outcomes go. Slots are reserved in the order of first rows and filled in any order. */
export interface PartSink {
  reserve(): number;
  fill(slot: number, outcome: PartOutcome): void;
}

interface Call extends OpenCall {
  /** The correlation id, or the late call's `{id}.r{offset}`. */
  readonly base: string;
  part: EventPart | undefined;
}

/**
 * Rows of one source, in order → its events and rejects. Memory: the rows of the calls in the window (see `CallWindow`), of one
 * pack of uncorrelated rows, and the ids in `recurring`.
 */
export class RowsToEvents {
  readonly #mapping: SourceMapping;
  readonly #sink: PartSink;
  readonly #calls: CallWindow<Call>;
  readonly #seen = new Set<string>();
  #pack: EventPart | undefined;
  #lentPart: EventPart | undefined;
  #ordinal = 0;
  /** Calls that began because their first rows were no longer open. */
  late = 0;
  /** Rows added by explosion. */
  exploded = 0;

  constructor(mapping: SourceMapping, sink: PartSink) {
    this.#mapping = mapping;
    this.#sink = sink;
    this.#calls = new CallWindow((call) => this.#finish(call.part));
  }

  /** `lend` gives the next input row's correlation, for uncorrelated rows that borrow one. */
  add(line: DataRow, lend?: () => LentCorrelation): void {
    const { correlation } = line;
    if (correlation !== undefined && correlation.id !== '') this.#addCorrelated(line, correlation);
    else this.#addUncorrelated(line, lend);
  }

  end(): void {
    this.#calls.closeAll();
    this.#finish(this.#pack);
    this.#finish(this.#lentPart);
  }

  #addCorrelated(line: DataRow, correlation: Correlation): void {
    const { row } = line;
    const { id } = correlation;
    const call = this.#calls.join(id, row.length, () => this.#begin(id, row.offset));
    const part = this.#partOf(call, correlation);
    const encoder = this.#mapping.shape(line.header, line.width, true);
    const json = encoder === undefined ? undefined : encodeRow(encoder, row.fields);
    const reason =
      row.defect ??
      (encoder === undefined
        ? 'width'
        : isTimeless(line)
          ? 'timestamp'
          : json === undefined
            ? 'type'
            : undefined);
    this.#place(part, row, reason, json, encoder);
    call.places += 1;
    this.#ordinal += 1;
  }

  #begin(id: string, offset: number): Call {
    const late = this.#mapping.recurring.size > 0 && this.#isLate(id);
    if (late) this.late += 1;
    return { id, bytes: 0, base: late ? `${id}.r${offset}` : id, places: 0, part: undefined };
  }

  /** Only ids that the census saw begin twice are remembered. */
  #isLate(id: string): boolean {
    if (!this.#mapping.recurring.has(idHash(id))) return false;
    if (this.#seen.has(id)) return true;
    this.#seen.add(id);
    return false;
  }

  /** The part that the call's next row goes to. A full part is finished only now: its last row may still be spoilt. */
  #partOf(call: Call, row: Pick<Correlation, 'timestamp' | 'requestId'>): EventPart {
    if (call.part !== undefined && call.places % MAX_EVENT_ROWS !== 0) return call.part;
    this.#finish(call.part);
    const correlationId = partCorrelationId(call.base, Math.floor(call.places / MAX_EVENT_ROWS));
    call.part = new EventPart({
      slot: this.#sink.reserve(),
      correlationId,
      id: correlatedEventId(this.#mapping.path.collection, correlationId),
      requestId: requestIdOf(row) ?? call.id,
      time: row.timestamp,
      ownId: call.id,
      firstPlace: call.places,
    });
    return call.part;
  }

  /** A spoilt row whose correlation can't be read belongs to the call of the row before it, as far as anyone can tell. */
  #adopt(row: ParsedRow, reason: RejectReason): void {
    const call = this.#calls.adopt(row.length);
    const before = call?.part;
    if (call === undefined || before === undefined) return;
    before.reject(this.#ordinal);
    this.#place(this.#partOf(call, { timestamp: before.time, requestId: before.requestId }), row, reason);
    call.places += 1;
    this.#ordinal += 1;
  }

  #addUncorrelated(line: DataRow, lend: (() => LentCorrelation) | undefined): void {
    const { row, width } = line;
    const m = this.#mapping.explode;
    const step = m !== undefined && width % m === 0 && width > 0 ? m : width;
    const encoder = this.#mapping.shape(line.header, step, line.correlation !== undefined);
    const jsons: string[] = [];
    let reason: RejectReason | undefined =
      row.defect ?? (encoder === undefined ? 'width' : isTimeless(line) ? 'timestamp' : undefined);
    for (
      let first = 0;
      encoder !== undefined && reason === undefined && first < Math.max(width, 1);
      first += step || 1
    ) {
      const json = encodeRow(encoder, row.fields, first);
      if (json === undefined) reason = 'type';
      else jsons.push(json);
    }
    if (lend !== undefined) this.#placeLent(line, encoder, jsons, reason, lend, step);
    else if (reason !== undefined) this.#rejectUncorrelated(line, reason);
    else this.#placePacked(line, encoder, jsons, step);
  }

  #rejectUncorrelated({ row, correlation }: DataRow, reason: RejectReason): void {
    if (correlation === undefined && this.#calls.current !== undefined) {
      this.#adopt(row, reason);
      return;
    }
    this.#calls.interrupt();
    this.#sink.fill(this.#sink.reserve(), {
      kind: 'rejected',
      rejects: [{ reason, line: formatReject(this.#mapping.sourceName, row, reason) }],
    });
    this.#ordinal += 1;
  }

  #placePacked(line: DataRow, encoder: RowEncoder | undefined, jsons: readonly string[], step: number): void {
    this.#calls.interrupt();
    this.exploded += jsons.length - 1;
    jsons.forEach((json, i) => {
      const pack = this.#packFor(line.correlation);
      this.#place(pack, line.row, undefined, json, encoder, i * step);
      this.#ordinal += 1;
    });
  }

  /** A pack holds rows of one clock hour. Rows have a time of their own only if they have the eight values without an id. */
  #packFor(correlation: Correlation | undefined): EventPart {
    const { path, sourceName, folderTime } = this.#mapping;
    const time = correlation?.timestamp ?? folderTime;
    if (
      this.#pack !== undefined &&
      this.#pack.places < MAX_EVENT_ROWS &&
      hourOf(this.#pack.time) === hourOf(time)
    ) {
      return this.#pack;
    }
    this.#finish(this.#pack);
    const id = uncorrelatedEventId(path.collection, encodeText(sourceName), this.#ordinal);
    this.#pack = new EventPart({
      slot: this.#sink.reserve(),
      correlationId: id,
      id,
      requestId: requestIdOf(correlation) ?? id,
      time,
      ownId: undefined,
      firstPlace: 0,
    });
    return this.#pack;
  }

  /** Each row takes the next input row's place, also a rejected one, which takes its part along. */
  #placeLent(
    line: DataRow,
    encoder: RowEncoder | undefined,
    jsons: readonly string[],
    reason: RejectReason | undefined,
    lend: () => LentCorrelation,
    step: number,
  ): void {
    const m = this.#mapping.explode;
    const rows = m === undefined || line.width % m !== 0 ? 1 : Math.max(1, line.width / m);
    this.exploded += rows - 1;
    for (let i = 0; i < rows; i += 1) {
      this.#place(this.#lentPartOf(lend()), line.row, reason, jsons[i], encoder, i * step);
      this.#ordinal += 1;
    }
  }

  #lentPartOf(lent: LentCorrelation): EventPart {
    if (this.#lentPart?.correlationId === lent.correlationId) return this.#lentPart;
    this.#finish(this.#lentPart);
    this.#lentPart = new EventPart({
      slot: this.#sink.reserve(),
      correlationId: lent.correlationId,
      id: correlatedEventId(this.#mapping.path.collection, lent.correlationId),
      requestId: lent.id,
      time: lent.timestamp,
      ownId: lent.id,
      firstPlace: lent.place,
    });
    return this.#lentPart;
  }

  #place(
    part: EventPart,
    row: ParsedRow,
    reason: RejectReason | undefined,
    json?: string,
    encoder?: RowEncoder,
    first = 0,
  ): void {
    part.places += 1;
    part.raws.push({ row, ordinal: this.#ordinal, ...(reason === undefined ? {} : { reason }) });
    if (reason !== undefined) {
      part.reject(this.#ordinal);
    } else if (json !== undefined && encoder !== undefined) {
      part.rows.push(json);
      part.lossy += countLossy(encoder, row.fields, first);
    }
  }

  #finish(part: EventPart | undefined): void {
    if (part !== undefined) this.#sink.fill(part.slot, finishPart(part, this.#mapping));
  }
}

/** Real request ids come from Flask; all other rows have zeros. */
function requestIdOf(row: Pick<Correlation, 'requestId'> | undefined): string | undefined {
  return row === undefined || row.requestId === '' || row.requestId === NO_REQUEST_ID
    ? undefined
    : row.requestId;
}

/** True for a row with the form of the eight values whose time does not exist. */
function isTimeless({ correlation }: DataRow): boolean {
  return correlation !== undefined && !isTimestamp(correlation.timestamp);
}

/** 16 hex digits by which a census remembers a correlation id. */
export function idHash(id: string): string {
  const [a = 0, b = 0] = murmur3x86128(id);
  return a.toString(16).padStart(8, '0') + b.toString(16).padStart(8, '0');
}
