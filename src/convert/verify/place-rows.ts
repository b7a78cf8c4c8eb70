import { encodeText } from '../../csv/byte-string.js';
import type { RawRow } from '../../csv/split-rows.js';
import { correlatedEventId, uncorrelatedEventId } from '../../event/event-id.js';
import { type Correlation, requestIdOf } from '../../legacy/correlation.js';
import type { BorrowedPlace } from './borrowed-places.js';
import { type EventBytes, type ExpectedEvent, expectEvent, partId, ROWS_A_PART } from './expected-event.js';
import { type ExpectedRow, expectRow, RowShapes } from './expected-row.js';
import { KnownTimes } from './known-times.js';
import { type Call, OpenCalls } from './open-calls.js';
import type { LiveTaker, Placement } from './placement.js';
import type { SourceRow } from './source-lines.js';
import type { VerifyTask } from './verify-task.js';

/** What a part takes from its first row. */
type PartValues = Pick<Correlation, 'timestamp' | 'requestId'>;

/**
 * Rows of one source in order → where they must be found: the auditor's own reading of mapping.md. Memory: the open calls
 * without their rows.
 */
export class PlaceRows {
  /** Rows added by explosion. */
  exploded = 0;
  /** Absent: live collection has none. */
  live: LiveTaker | undefined;
  readonly #task: VerifyTask;
  readonly #sourceName: string;
  readonly #shapes: RowShapes;
  readonly #calls: OpenCalls;
  readonly #times = new KnownTimes();
  #pack: ExpectedEvent | undefined;
  #borrowed: { readonly correlationId: string; readonly event: ExpectedEvent } | undefined;
  #ordinal = 0;
  #ended: ExpectedEvent[] = [];

  constructor(task: VerifyTask) {
    this.#task = task;
    this.#sourceName = encodeText(task.source);
    this.#shapes = new RowShapes(task);
    this.#calls = new OpenCalls(task.recurring, (call) => this.#end(call.event));
  }

  /** `borrow` is given where uncorrelated rows take the correlation of input rows. */
  place(line: SourceRow, borrow?: () => BorrowedPlace | undefined): Placement[] {
    const { correlation } = line;
    if (correlation !== undefined && correlation.id !== '') return [this.#placeInCall(line, correlation)];
    const pieces = this.#pieces(line);
    if (borrow !== undefined) return this.#placeBorrowed(line, pieces, borrow);
    if ('rejected' in pieces) return [this.#placeRejected(line, pieces)];
    this.#calls.leave();
    this.exploded += pieces.length - 1;
    return pieces.map((expected) =>
      this.live?.take(expected) === true
        ? this.#placement(undefined, expected, true)
        : this.#placement(this.#packFor(line), expected),
    );
  }

  /** How many places these lines borrow at most. */
  mayBorrow(lines: readonly (SourceRow | string)[]): number {
    return lines.reduce((sum, line) => sum + (typeof line === 'string' ? 0 : this.#rowsOf(line)), 0);
  }

  /** Events that get no more rows. */
  takeEnded(): ExpectedEvent[] {
    return this.#ended.splice(0);
  }

  end(): void {
    this.#calls.closeAll();
    this.#end(this.#pack);
    this.#end(this.#borrowed?.event);
  }

  #placeInCall(line: SourceRow, correlation: Correlation): Placement {
    const call = this.#calls.enter(correlation.id, line.row.offset);
    return this.#placement(this.#partFor(call, line.row, correlation), this.#expect(line, 0, line.width));
  }

  #partFor(call: Call, row: RawRow, { timestamp, requestId }: PartValues): ExpectedEvent {
    const firstPlace = call.places;
    this.#calls.hold(call, row.length);
    if (call.event !== undefined && firstPlace % ROWS_A_PART !== 0) return call.event;
    this.#end(call.event);
    const correlationId = partId(call.base, Math.floor(firstPlace / ROWS_A_PART));
    const id = correlatedEventId(this.#task.path.collection, correlationId);
    call.event = expectEvent({
      id,
      correlationId,
      requestId: requestIdOf({ requestId }) ?? call.id,
      timestamp,
      ownId: call.id,
      firstPlace,
      offset: row.offset,
    });
    return call.event;
  }

  /** A rejected row whose eight can't be read: behind a correlated row it belongs to that row's call, and spoils its part. */
  #placeRejected(line: SourceRow, expected: { readonly rejected: string }): Placement {
    const call = line.correlation === undefined ? this.#calls.current : undefined;
    if (call?.event === undefined) {
      this.#calls.leave();
      return this.#placement(undefined, expected);
    }
    call.event.rejectedBy ??= this.#ordinal;
    const like = { timestamp: call.event.time.slice(0, -1), requestId: '' };
    return this.#placement(this.#partFor(call, line.row, like), expected);
  }

  #placeBorrowed(
    line: SourceRow,
    pieces: readonly ExpectedRow[] | { readonly rejected: string },
    borrow: () => BorrowedPlace | undefined,
  ): Placement[] {
    const count = this.#rowsOf(line);
    this.#calls.leave();
    this.exploded += count - 1;
    return Array.from({ length: count }, (_, i) => {
      const expected = 'rejected' in pieces ? pieces : (pieces[i] ?? { rejected: 'width' });
      return this.#placement(this.#borrowedFor(borrow(), line.row.offset), expected);
    });
  }

  #borrowedFor(place: BorrowedPlace | undefined, offset: number): ExpectedEvent | undefined {
    if (place === undefined) return undefined;
    const { id, correlationId, timestamp } = place;
    if (this.#borrowed?.correlationId === correlationId) return this.#borrowed.event;
    this.#end(this.#borrowed?.event);
    const event = expectEvent({
      id: correlatedEventId(this.#task.path.collection, correlationId),
      correlationId,
      requestId: id,
      timestamp,
      ownId: id,
      firstPlace: place.place,
      inferred: true,
      offset,
    });
    this.#borrowed = { correlationId, event };
    return event;
  }

  #packFor(line: SourceRow): ExpectedEvent {
    const timestamp = line.correlation?.timestamp ?? this.#task.folderTime;
    const pack = this.#pack;
    const sameHour = pack !== undefined && pack.time.slice(0, 13) === timestamp.slice(0, 13);
    if (sameHour && pack.places < ROWS_A_PART) return pack;
    this.#end(pack);
    const id = uncorrelatedEventId(this.#task.path.collection, this.#sourceName, this.#ordinal);
    const requestId = requestIdOf(line.correlation) ?? id;
    const bytes: EventBytes = { id, correlationId: id, requestId, timestamp, offset: line.row.offset };
    this.#pack = expectEvent(bytes);
    return this.#pack;
  }

  /** The rows that an uncorrelated line stands for, or why it stands for none. */
  #pieces(line: SourceRow): ExpectedRow[] | { readonly rejected: string } {
    const count = this.#rowsOf(line);
    const step = line.width / count;
    const pieces: ExpectedRow[] = [];
    for (let i = 0; i < count; i += 1) {
      const piece = this.#expect(line, i * step, step);
      if ('rejected' in piece) return piece;
      pieces.push(piece);
    }
    return pieces;
  }

  /** More than one where the plan explodes rows and the width allows it. */
  #rowsOf({ width }: SourceRow): number {
    const { explode = width } = this.#task;
    return width === 0 || width % explode !== 0 ? 1 : width / explode;
  }

  /** The reasons in their order: what the parser says comes first. */
  #expect(line: SourceRow, first: number, width: number): ExpectedRow | { readonly rejected: string } {
    const { row, correlation, header } = line;
    if (row.defect !== undefined) return { rejected: row.defect };
    const columns = this.#shapes.columns(header, width, correlation !== undefined);
    if (columns === undefined) return { rejected: 'width' };
    if (correlation !== undefined && !this.#times.isTime(correlation.timestamp))
      return { rejected: 'timestamp' };
    const expected = expectRow(row, columns, first, this.#task.settings.empty);
    return expected ?? { rejected: 'type' };
  }

  #placement(event: ExpectedEvent | undefined, expected: Placement['expected'], isLive = false): Placement {
    const ordinal = this.#ordinal;
    this.#ordinal += 1;
    if (event !== undefined) {
      event.places += 1;
      if ('rejected' in expected) event.rejectedBy ??= ordinal;
    }
    return { ordinal, event, expected, isLive };
  }

  #end(event: ExpectedEvent | undefined): void {
    if (event !== undefined) this.#ended.push(event);
  }
}
