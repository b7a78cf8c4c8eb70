import type { RawRow } from '../../csv/split-rows.js';
import { compareTimestamps } from '../../legacy/timestamp.js';
import type { AuditEvents, FoundEvent } from './audit-events.js';
import type { AuditLive } from './audit-live.js';
import type { AuditRejects } from './audit-rejects.js';
import { EventComparison } from './event-comparison.js';
import type { EventLine } from './event-line.js';
import type { ExpectedEvent } from './expected-event.js';
import type { EventKeys, HourFile } from './hour-file.js';
import type { HourFiles } from './hour-files.js';
import type { LiveEvent } from './live-calls.js';
import type { LiveComparison } from './live-comparison.js';
import type { VerifyTask } from './verify-task.js';

/** A call stays open long after its rows were compared: the rows are the comparison's to forget. */
type FoundWithoutRows = Omit<FoundEvent, 'rows'>;

export interface FoundState {
  readonly kind: 'found';
  readonly found: FoundWithoutRows;
  readonly rows: EventComparison;
  /** A live event of the same call, which must not be there as well. */
  readonly beside: LiveEvent | undefined;
}

/** What is known so far of an event that the source asks for. */
export type State =
  | FoundState
  | { readonly kind: 'unreadable'; readonly found: FoundWithoutRows; rows: number }
  /** Its rows are among the rejects; the ordinals that they name. */
  | { readonly kind: 'set-aside'; readonly named: Set<number>; rows: number }
  /** Live events have its call. */
  | { readonly kind: 'live'; readonly rows: LiveComparison }
  /** Its rows are among the rejects, since live events have so many rows of its call and no more. */
  | { readonly kind: 'partly-live'; readonly liveRows: number; rows: number }
  | { readonly kind: 'lost'; rows: number }
  | { readonly kind: 'out-of-range' };

export interface SearchParts {
  readonly hours: HourFiles;
  readonly events: AuditEvents;
  readonly rejects: AuditRejects;
  /** Absent: live collection was not heeded. */
  readonly live: AuditLive | undefined;
}

interface EventPlace {
  /** Absent: there is none, or the event is not asked for. */
  readonly file: HourFile | undefined;
  readonly keys: EventKeys;
}

/** Finds what became of an event when its first row comes: in its file, among the rejects, or in live collection's files. */
export class EventSearch {
  readonly #task: VerifyTask;
  readonly #parts: SearchParts;

  constructor(task: VerifyTask, parts: SearchParts) {
    this.#task = task;
    this.#parts = parts;
  }

  /** In a good tree the event is the next one in its file, and there is nothing to wait for. `row`: its first. */
  begin(event: ExpectedEvent, row: RawRow): State | Promise<State> {
    const { live } = this.#parts;
    return live === undefined ? this.#beginAlone(event, row, undefined) : this.#beginBeside(live, event, row);
  }

  /** Its call may be one of live collection's: then it must not be there, and the call's rows must. */
  async #beginBeside(live: AuditLive, event: ExpectedEvent, row: RawRow): Promise<State> {
    const { rejects } = this.#parts;
    const events = await live.find(event);
    if ((await rejects.reasonOf(row.offset)) === 'partly-live') {
      const liveRows = events.reduce((sum, { rowCount }) => sum + rowCount, 0);
      return { kind: 'partly-live', liveRows, rows: 0 };
    }
    const near = await this.#near(event, this.#placeOf(event));
    const isElsewhere = near !== undefined || (await rejects.has(row.offset));
    if (events.length > 0 && !isElsewhere && isAsked(event, this.#task)) {
      return { kind: 'live', rows: await live.compare(events) };
    }
    return await this.#beginAlone(event, row, events[0]);
  }

  #beginAlone(event: ExpectedEvent, row: RawRow, beside: LiveEvent | undefined): State | Promise<State> {
    const place = this.#placeOf(event);
    const { file } = place;
    const near = this.#near(event, place);
    if (file === undefined || near === undefined) return this.#search(event, row, place, beside);
    if (!(near instanceof Promise)) return this.#read(event, file, near, beside);
    return near.then((line) =>
      line === undefined ? this.#search(event, row, place, beside) : this.#read(event, file, line, beside),
    );
  }

  #near(
    event: ExpectedEvent,
    { file, keys }: EventPlace,
  ): EventLine | undefined | Promise<EventLine | undefined> {
    return event.rejectedBy === undefined ? file?.near(keys) : undefined;
  }

  #placeOf(event: ExpectedEvent): EventPlace {
    const { events, hours } = this.#parts;
    return {
      file: isAsked(event, this.#task) ? hours.get(events.objectOf(event)) : undefined,
      keys: { id: JSON.stringify(event.id), correlationId: JSON.stringify(event.correlationId) },
    };
  }

  /** Looks for its first row among the rejects, then for the event further ahead. */
  async #search(
    event: ExpectedEvent,
    row: RawRow,
    { file, keys }: EventPlace,
    beside: LiveEvent | undefined,
  ): Promise<State> {
    // What is rejected is rejected at any time, in the asked range or not.
    if ((await this.#parts.rejects.has(row.offset)) === true) {
      return { kind: 'set-aside', named: new Set(), rows: 0 };
    }
    if (!isAsked(event, this.#task)) return { kind: 'out-of-range' };
    const line = await file?.far(keys);
    return file === undefined || line === undefined
      ? { kind: 'lost', rows: 0 }
      : this.#read(event, file, line, beside);
  }

  #read(
    event: ExpectedEvent,
    file: HourFile,
    line: EventLine,
    beside: LiveEvent | undefined,
  ): State | Promise<State> {
    const found = this.#parts.events.read(event, file, line);
    return found instanceof Promise
      ? found.then((read) => this.#stateWith(event, read, beside))
      : this.#stateWith(event, found, beside);
  }

  #stateWith(event: ExpectedEvent, found: FoundEvent, beside: LiveEvent | undefined): State {
    const { rows, ...rest } = found;
    if (rows === undefined) return { kind: 'unreadable', found: rest, rows: 0 };
    const comparison = new EventComparison(event, rows, this.#task.settings.rowId);
    return { kind: 'found', found: rest, rows: comparison, beside };
  }
}

function isAsked({ time }: ExpectedEvent, { settings: { since, until } }: VerifyTask): boolean {
  const timestamp = time.slice(0, -1);
  if (since !== undefined && compareTimestamps(timestamp, since) < 0) return false;
  return until === undefined || compareTimestamps(timestamp, until) < 0;
}
