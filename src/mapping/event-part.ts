import type { RawRow } from '../csv/split-rows.js';
import type { RejectReason } from './reject.js';

/** The rows of one event to be, in the order of the file. */
export class EventPart {
  /** Its place in the order of lines. */
  readonly slot: number;
  /** The event's `correlationid`; for uncorrelated rows its id. */
  readonly correlationId: string;
  readonly id: string;
  readonly requestId: string;
  /** Legacy timestamp of the first row. */
  readonly time: string;
  /** The correlation id as the SDK made it; absent for uncorrelated rows. */
  readonly ownId: string | undefined;
  /** The first row's place in its call. */
  readonly firstPlace: number;
  /** Each row's object without its closing brace. */
  readonly rows: string[] = [];
  /** The rows' bytes, kept in case that a later row takes them along. */
  readonly raws: { readonly row: RawRow; readonly ordinal: number; readonly reason?: RejectReason }[] = [];
  /** Places taken, rejected rows included. */
  places = 0;
  lossy = 0;
  /** The ordinal of the first rejected row, which takes the part along. */
  rejectedBy: number | undefined;

  constructor(
    init: Pick<EventPart, 'slot' | 'correlationId' | 'id' | 'requestId' | 'time' | 'ownId' | 'firstPlace'>,
  ) {
    this.slot = init.slot;
    this.correlationId = init.correlationId;
    this.id = init.id;
    this.requestId = init.requestId;
    this.time = init.time;
    this.ownId = init.ownId;
    this.firstPlace = init.firstPlace;
  }

  reject(ordinal: number): void {
    this.rejectedBy ??= ordinal;
  }
}

/** Part 0 keeps the call's id, unless that looks like a part's already; part k adds `.k`. */
export function partCorrelationId(base: string, part: number): string {
  if (part > 0) return `${base}.${part}`;
  return /\.[0-9]+$/.test(base) ? `${base}.0` : base;
}
