import type { RawRow } from '../csv/split-rows.js';
import type { EncodedRow } from './encode-line.js';
import type { RejectReason } from './reject.js';

/** What is known of an event when its first row comes. */
export interface PartInit {
  readonly id: string;
  /** The event's `correlationid`; for uncorrelated rows its id. */
  readonly correlationId: string;
  readonly requestId: string;
  /** Legacy timestamp of the first row. */
  readonly time: string;
  /** The correlation id as the SDK made it; absent for uncorrelated rows. */
  readonly ownId?: string;
  /** The first row's place in its call. */
  readonly firstPlace: number;
  /** Rows of earlier calls of the same id in this source. */
  readonly rowsBefore?: number;
}

/** A line of the source that takes a place in the part; rows that one line was exploded into share it. */
interface PlacedLine {
  readonly row: RawRow;
  readonly reason?: RejectReason;
}

/** The rows of one event to be, in the order of the file. */
export class EventPart {
  /** Its place in the order of lines. */
  readonly slot: number;
  readonly init: PartInit;
  /** Each row's object without its closing brace. */
  readonly rows: string[] = [];
  /** Kept in case that a later row takes them along. */
  readonly lines: PlacedLine[] = [];
  lossy = 0;
  /** Rows of its call that live events have. */
  liveRows = 0;
  /** The ordinal of the first rejected row, which takes the part along. */
  rejectedBy: number | undefined;

  constructor(slot: number, init: PartInit) {
    this.slot = slot;
    this.init = init;
  }

  add(row: RawRow, { json, lossy }: EncodedRow): void {
    this.lines.push({ row });
    this.rows.push(json);
    this.lossy += lossy;
  }

  addRejected(row: RawRow, ordinal: number, reason: RejectReason): void {
    this.lines.push({ row, reason });
    this.rejectFor(ordinal);
  }

  /** The row of this ordinal stands elsewhere, but leaves a hole here. */
  rejectFor(ordinal: number): void {
    this.rejectedBy ??= ordinal;
  }
}

/** Part 0 keeps the call's id, unless that looks like a part's already; part k adds `.k`. */
export function partCorrelationId(base: string, part: number): string {
  if (part > 0) return `${base}.${part}`;
  return /\.[0-9]+$/.test(base) ? `${base}.0` : base;
}
