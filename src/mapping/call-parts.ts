import type { ParsedRow } from '../csv/parse-rows.js';
import { correlatedEventId, murmur3x86128 } from '../event/event-id.js';
import { type Correlation, requestIdOf } from '../legacy/correlation.js';
import { CallWindow, type OpenCall } from './call-window.js';
import type { EncodedLine } from './encode-line.js';
import { type EventPart, partCorrelationId } from './event-part.js';
import type { PartWriter } from './part-writer.js';
import type { RejectReason } from './reject.js';
import { MAX_EVENT_ROWS } from './source-mapping.js';

interface Call extends OpenCall {
  /** The correlation id, or the late call's `{id}.r{offset}`. */
  readonly base: string;
  /** Rows of earlier calls of the same id. */
  readonly rowsBefore: number;
  part: EventPart | undefined;
}

/** Correlated rows → the parts of their calls. */
export class CallParts {
  readonly #writer: PartWriter;
  readonly #window: CallWindow<Call>;
  /** Rows of the calls of each id that comes back, which are closed. */
  readonly #seen = new Map<string, number>();
  /** Calls that began because their first rows were no longer open. */
  late = 0;

  constructor(writer: PartWriter) {
    this.#writer = writer;
    this.#window = new CallWindow((call) => this.#close(call));
  }

  add(row: ParsedRow, correlation: Correlation, encoded: EncodedLine): void {
    const { id } = correlation;
    const call = this.#window.join(id, row.length, () => this.#begin(id, row.offset));
    const part = this.#partFor(call, correlation);
    if ('reason' in encoded) this.#writer.reject(part, row, encoded.reason);
    else for (const one of encoded.rows) this.#writer.place(part, row, one);
    call.places += 1;
  }

  /**
   * A spoilt row whose correlation can't be read belongs to the call of the row before it, as far as anyone can tell; false if
   * that row is of no call. It may leave a hole there and, behind a full part, in the next one.
   */
  adopt(row: ParsedRow, reason: RejectReason): boolean {
    const call = this.#window.adopt(row.length);
    if (call?.part === undefined) return false;
    const { part: before } = call;
    before.rejectFor(this.#writer.ordinal);
    const { time: timestamp, requestId } = before.init;
    this.#writer.reject(this.#partFor(call, { timestamp, requestId }), row, reason);
    call.places += 1;
    return true;
  }

  /** A row that is of no call stands here. */
  interrupt(): void {
    this.#window.interrupt();
  }

  end(): void {
    this.#window.closeAll();
  }

  #begin(id: string, offset: number): Call {
    const rowsBefore = this.#seen.get(id);
    const call = { id, bytes: 0, places: 0, part: undefined };
    if (rowsBefore === undefined) return { ...call, base: id, rowsBefore: 0 };
    this.late += 1;
    return { ...call, base: `${id}.r${offset}`, rowsBefore };
  }

  /** Only ids that the census saw begin twice are remembered. */
  #close({ id, part, places, rowsBefore }: Call): void {
    const { recurring } = this.#writer.mapping;
    if (recurring.size > 0 && recurring.has(idHash(id))) this.#seen.set(id, rowsBefore + places);
    this.#writer.finish(part);
  }

  /** The part that the call's next row goes to. A full part is finished only now: the row behind it may still spoil it. */
  #partFor(call: Call, row: Pick<Correlation, 'timestamp' | 'requestId'>): EventPart {
    if (call.part !== undefined && call.places % MAX_EVENT_ROWS !== 0) return call.part;
    this.#writer.finish(call.part);
    const correlationId = partCorrelationId(call.base, Math.floor(call.places / MAX_EVENT_ROWS));
    call.part = this.#writer.open({
      id: correlatedEventId(this.#writer.mapping.path.collection, correlationId),
      correlationId,
      requestId: requestIdOf(row) ?? call.id,
      time: row.timestamp,
      ownId: call.id,
      firstPlace: call.places,
      ...(call.rowsBefore === 0 ? {} : { rowsBefore: call.rowsBefore }),
    });
    return call.part;
  }
}

/** 16 hex digits by which a census remembers a correlation id. */
function idHash(id: string): string {
  const [a = 0, b = 0] = murmur3x86128(id);
  return a.toString(16).padStart(8, '0') + b.toString(16).padStart(8, '0');
}
