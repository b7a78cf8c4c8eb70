import { hourOf } from '../../event/event-path.js';
import { decoded } from './decoded.js';

/** An event holds no more rows than this. */
export const ROWS_A_PART = 1000;

/** An event that the source asks for: all of it but its rows, which follow one by one. */
export interface ExpectedEvent {
  readonly id: string;
  readonly correlationId: string;
  readonly requestId: string;
  /** With `Z`. */
  readonly time: string;
  /** `yyyy/MM/dd/HH`. */
  readonly hour: string;
  /** The correlation id as the SDK made it; absent for uncorrelated rows. */
  readonly ownId: string | undefined;
  /** The first row's place in its call. */
  readonly firstPlace: number;
  /** Its correlation is borrowed from the inputs. */
  readonly inferred: boolean;
  /** Offset of its first row. */
  readonly offset: number;
  /** Rows so far, rejected ones included. */
  places: number;
  /** Ordinal of its first rejected row: then none of its rows is in an event. */
  rejectedBy: number | undefined;
}

/** Byte strings, as the source has them. */
export interface EventBytes {
  readonly id: string;
  readonly correlationId: string;
  readonly requestId: string;
  readonly timestamp: string;
  readonly ownId?: string;
  readonly firstPlace?: number;
  readonly inferred?: boolean;
  readonly offset: number;
}

export function expectEvent(bytes: EventBytes): ExpectedEvent {
  const time = `${bytes.timestamp}Z`;
  return {
    id: bytes.id,
    correlationId: decoded(bytes.correlationId),
    requestId: decoded(bytes.requestId),
    time,
    hour: hourOf(time),
    ownId: bytes.ownId === undefined ? undefined : decoded(bytes.ownId),
    firstPlace: bytes.firstPlace ?? 0,
    inferred: bytes.inferred ?? false,
    offset: bytes.offset,
    places: 0,
    rejectedBy: undefined,
  };
}

/** Part 0 has the call's own id, or `.0` behind one that looks like a part; part k has `.k`. */
export function partId(base: string, part: number): string {
  return part > 0 || /\.\d+$/.test(base) ? `${base}.${part}` : base;
}
