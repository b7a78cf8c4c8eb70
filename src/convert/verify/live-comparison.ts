import type { Storage } from '../../storage/storage.js';
import { plainDecimal } from '../compare/plain-decimal.js';
import { readWrittenRow, type WrittenRow } from './compare-row.js';
import { rowSpans } from './event-line.js';
import type { ExpectedRow } from './expected-row.js';
import { type LiveEvent, readLiveRows } from './live-calls.js';
import type { ReadWindows } from './read-windows.js';

/** What Azure's collector keeps of a number's digits. */
const ROUNDING = 5.1e-11;

/** As pandas writes it into a CSV. */
const DATE = /^\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d{1,6})?)?$/;

const INFINITY = /^[+-]?inf$/;
const INTEGER = /^-?\d+$/;
/** Of these alone two texts can be told to be one number. */
const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

interface LiveRow extends WrittenRow {
  readonly event: LiveEvent;
  readonly place: number;
}

/**
 * The rows of a call, or of a part of it, against those of its live events: each must be one of them, by its values. However the events
 * were cut, their rows stand in the call's order. Memory: the call's live rows.
 */
export class LiveComparison {
  /** Rows that live events have of the call. */
  readonly rowCount: number;
  /** Rows of the source that are one of them, and the offsets of those that aren't. */
  same = 0;
  readonly lost: number[] = [];
  readonly events: readonly LiveEvent[];
  readonly #rows: readonly LiveRow[];
  #next = 0;

  static async open(
    events: readonly LiveEvent[],
    storage: Storage,
    windows: ReadWindows,
  ): Promise<LiveComparison> {
    const rows: LiveRow[] = [];
    for (const event of events) {
      const found = await readLiveRows(event, storage, windows);
      if (found === undefined) continue;
      for (const [place, { from, to }] of rowSpans(found).entries()) {
        rows.push({ ...readWrittenRow(found.text.slice(from, to)), event, place });
      }
    }
    return new LiveComparison(events, rows);
  }

  private constructor(events: readonly LiveEvent[], rows: readonly LiveRow[]) {
    this.events = events;
    this.#rows = rows;
    this.rowCount = rows.length;
  }

  add(row: ExpectedRow): void {
    const isIt = (live: LiveRow): boolean => !live.event.taken.has(live.place) && hasValues(row, live);
    // Mostly the one behind the last.
    const next = this.#rows[this.#next];
    const at = next !== undefined && isIt(next) ? this.#next : this.#rows.findIndex(isIt);
    const found = this.#rows[at];
    if (found === undefined) {
      this.lost.push(row.offset);
      return;
    }
    found.event.taken.add(found.place);
    this.#next = at + 1;
    this.same += 1;
  }
}

/** By value, since live collection may know a column by another type. */
function hasValues({ columns, tokens }: ExpectedRow, { sources, event }: LiveRow): boolean {
  return columns.every(({ name }, i) => {
    const json = sources.get(name);
    return json !== undefined && isValue(tokens[i] ?? '', json, event.isOurs);
  });
}

function isValue(token: string, json: string, isExact: boolean): boolean {
  if (json === 'null') return token === '' || token === 'nan' || INFINITY.test(token);
  if (json === 'true' || json === 'false') return token.toLowerCase() === json;
  if (json.startsWith('"')) return JSON.parse(json) === token;
  if (json === token) return true;
  // Azure's collector writes dates as milliseconds since 1970.
  if (!isExact && DATE.test(token))
    return Number(json) === Date.parse(`${token.slice(0, 10)}T${token.slice(11) || '00:00'}Z`);
  if (!DECIMAL.test(token) || !DECIMAL.test(json)) return false;
  // As doubles, integers above 2⁵³ would be equal to their neighbours.
  if (plainDecimal(token) === plainDecimal(json)) return true;
  const isRounded = !isExact && !(INTEGER.test(token) && INTEGER.test(json));
  return isRounded && Math.abs(Number(json) - Number(token)) <= ROUNDING;
}
