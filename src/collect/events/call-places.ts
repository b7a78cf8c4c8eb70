import { partCorrelationId } from '../../mapping/event-part.js';
import { MAX_EVENT_ROWS } from '../../mapping/source-mapping.js';

/** Ids of which it is remembered how far their calls have come: these last ones at least, and at most twice as many. */
const REMEMBERED = 65_536;
/** More parts than a call can have: its rows stand above them in one number. */
const ROWS = 2 ** 20;

/** Some rows of a call that make one event. */
export interface CallPart {
  /** The event's. */
  readonly correlationId: string;
  /** Which of this `collect`'s rows: from `start` to before `end`. */
  readonly start: number;
  readonly end: number;
  /** The place in the whole call, of several `collect`s perhaps, of the row at `start`. */
  readonly firstPlace: number;
}

/**
 * Which events a call's rows go to. The monitors need an event's correlation id to be unique in its collection, so another `collect`
 * under an id goes on as that call's next part.
 */
export class CallPlaces {
  readonly #most: number;
  /** Id → rows times `ROWS`, and parts: an object for each would be most of what is remembered. */
  #recent = new Map<string, number>();
  #older: ReadonlyMap<string, number> = new Map();

  /** @param most for tests. */
  constructor(most: number = REMEMBERED) {
    this.#most = most;
  }

  /** Takes the next places for so many rows; for none, one event without rows. */
  take(id: string, rows: number): CallPart[] {
    const progress = this.#progressOf(id);
    const firstRow = Math.floor(progress / ROWS);
    const firstPart = progress % ROWS;
    const parts: CallPart[] = [];
    let start = 0;
    do {
      const end = Math.min(rows, start + MAX_EVENT_ROWS);
      parts.push({
        correlationId: partCorrelationId(id, firstPart + parts.length),
        start,
        end,
        firstPlace: firstRow + start,
      });
      start = end;
    } while (start < rows);
    this.#recent.set(id, progress + rows * ROWS + parts.length);
    return parts;
  }

  /** What was taken just now is not written after all: the next call under the id has these places. */
  giveBack(id: string, parts: readonly CallPart[]): void {
    const rows = parts.reduce((sum, { start, end }) => sum + end - start, 0);
    this.#recent.set(id, this.#progressOf(id) - rows * ROWS - parts.length);
  }

  /** Two generations, since finding the oldest key of a Map takes the longer the more keys were deleted before it. */
  #progressOf(id: string): number {
    const known = this.#recent.get(id);
    if (known !== undefined) return known;
    if (this.#recent.size >= this.#most) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    return this.#older.get(id) ?? 0;
  }
}
