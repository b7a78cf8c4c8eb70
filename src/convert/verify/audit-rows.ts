import type { RawRow } from '../../csv/split-rows.js';
import { compareTimestamps } from '../../legacy/timestamp.js';
import type { AuditEvents, FoundEvent } from './audit-events.js';
import type { AuditRejects } from './audit-rejects.js';
import { EventComparison } from './event-comparison.js';
import type { EventLine } from './event-line.js';
import type { ExpectedEvent } from './expected-event.js';
import type { Findings } from './findings.js';
import type { EventKeys, HourFile } from './hour-file.js';
import type { HourFiles } from './hour-files.js';
import type { MissingFiles } from './missing-files.js';
import type { Placement } from './place-rows.js';
import type { Difference, Finding } from './report.js';
import type { VerifyTask } from './verify-task.js';

/** A call stays open long after its rows were compared: the rows are the comparison's to forget. */
type FoundWithoutRows = Omit<FoundEvent, 'rows'>;

/** What is known so far of an event that the source asks for. */
type State =
  | { readonly kind: 'found'; readonly found: FoundWithoutRows; readonly rows: EventComparison }
  | { readonly kind: 'unreadable'; readonly found: FoundWithoutRows; rows: number }
  /** Its rows are among the rejects; the ordinals that they name. */
  | { readonly kind: 'set-aside'; readonly named: Set<number>; rows: number }
  | { readonly kind: 'lost'; rows: number }
  | { readonly kind: 'out-of-range' };

export interface AuditParts {
  readonly hours: HourFiles;
  readonly events: AuditEvents;
  readonly rejects: AuditRejects;
  readonly findings: Findings;
  readonly missing: MissingFiles;
}

/** Each row of the source against the event or the reject where it must be. Memory: the open calls' events. */
export class AuditRows {
  readonly counts = {
    same: 0,
    lost: 0,
    extra: 0,
    different: 0,
    unreadable: 0,
    outOfRange: 0,
    inferred: 0,
    events: 0,
  };
  readonly #task: VerifyTask;
  readonly #parts: AuditParts;
  readonly #states = new Map<ExpectedEvent, State>();

  constructor(task: VerifyTask, parts: AuditParts) {
    this.#task = task;
    this.#parts = parts;
  }

  /** `isFirst`: of the rows that one line of the source stands for; they share one reject. Nothing to wait for: no promise. */
  add(row: RawRow, { event, expected }: Placement, isFirst: boolean): Promise<void> | undefined {
    if ('rejected' in expected)
      return this.#parts.rejects.take(row, expected.rejected, isFirst).then(() => undefined);
    if (event === undefined) {
      this.counts.lost += 1;
      this.#report('-', 1, 'the inputs have no row left that could lend its correlation', {
        offset: row.offset,
      });
      return undefined;
    }
    const known = this.#states.get(event);
    const state = known ?? this.#begin(event, row);
    if (!('kind' in state) || state.kind !== 'found')
      return this.#addSlowly(row, event, expected, isFirst, state);
    if (known === undefined) this.#states.set(event, state);
    state.rows.add(expected);
    return undefined;
  }

  /** The event gets no more rows. */
  end(event: ExpectedEvent): void {
    const state = this.#states.get(event);
    this.#states.delete(event);
    if (state?.kind === 'found') this.#endFound(event, state.found, state.rows);
    if (state?.kind === 'set-aside') this.#endSetAside(event, state.named, state.rows);
    if (state?.kind === 'lost') this.#endLost(event, state.rows);
    if (state?.kind === 'unreadable') {
      const { object, line, unreadable } = state.found;
      this.counts.unreadable += state.rows;
      const place = { offset: event.offset, object, line };
      this.#report('!', state.rows, `the event can't be read: ${unreadable}`, place);
    }
  }

  async #addSlowly(
    row: RawRow,
    event: ExpectedEvent,
    expected: Exclude<Placement['expected'], { rejected: string }>,
    isFirst: boolean,
    known: State | Promise<State>,
  ): Promise<void> {
    const state = await this.#stateOf(event, row, await known);
    this.#states.set(event, state);
    if (state.kind === 'found') state.rows.add(expected);
    else if (state.kind === 'out-of-range') this.counts.outOfRange += 1;
    else if (state.kind !== 'set-aside') state.rows += 1;
    else {
      const named = await this.#parts.rejects.take(row, 'with-row', isFirst);
      if (named !== undefined) state.named.add(named);
      state.rows += 1;
    }
  }

  /** An event that was given up for lost may still be among the rejects: then only some of its rejects are lost. */
  async #stateOf(event: ExpectedEvent, row: RawRow, known: State): Promise<State> {
    if (known.kind !== 'lost' || known.rows === 0) return known;
    if ((await this.#parts.rejects.has(row.offset)) !== true) return known;
    this.#endLost(event, known.rows);
    return { kind: 'set-aside', named: new Set(), rows: 0 };
  }

  /** Looks for the event where it should be; in a good tree it is the next one there, and there is nothing to wait for. */
  #begin(event: ExpectedEvent, row: RawRow): State | Promise<State> {
    const { events, hours } = this.#parts;
    const file = isAsked(event, this.#task) ? hours.get(events.objectOf(event)) : undefined;
    const keys = { id: JSON.stringify(event.id), correlationId: JSON.stringify(event.correlationId) };
    const isSpoilt = event.rejectedBy !== undefined;
    const near = isSpoilt ? undefined : file?.near(keys);
    if (file === undefined || near === undefined) return this.#search(event, row, file, keys);
    if (!(near instanceof Promise)) return this.#read(event, file, near);
    return near.then((line) =>
      line === undefined ? this.#search(event, row, file, keys) : this.#read(event, file, line),
    );
  }

  /** Looks for its first row among the rejects, then for the event further ahead. */
  async #search(
    event: ExpectedEvent,
    row: RawRow,
    file: HourFile | undefined,
    keys: EventKeys,
  ): Promise<State> {
    // What is rejected is rejected at any time, in the asked range or not.
    if ((await this.#parts.rejects.has(row.offset)) === true) {
      return { kind: 'set-aside', named: new Set(), rows: 0 };
    }
    if (!isAsked(event, this.#task)) return { kind: 'out-of-range' };
    const line = await file?.far(keys);
    return file === undefined || line === undefined
      ? { kind: 'lost', rows: 0 }
      : this.#read(event, file, line);
  }

  #read(event: ExpectedEvent, file: HourFile, line: EventLine): State | Promise<State> {
    const found = this.#parts.events.read(event, file, line);
    return found instanceof Promise
      ? found.then((read) => this.#stateWith(event, read))
      : this.#stateWith(event, found);
  }

  #stateWith(event: ExpectedEvent, found: FoundEvent): State {
    const { rows, ...rest } = found;
    if (rows === undefined) return { kind: 'unreadable', found: rest, rows: 0 };
    return { kind: 'found', found: rest, rows: new EventComparison(event, rows, this.#task.settings.rowId) };
  }

  #endFound(event: ExpectedEvent, found: FoundWithoutRows, rows: EventComparison): void {
    const { object, line } = found;
    const { same, faults } = rows.finish();
    this.counts.events += 1;
    this.counts.same += same;
    if (event.inferred) this.counts.inferred += same;
    for (const { text, differences } of found.faults) {
      this.#report('*', 0, text, { offset: event.offset, object, line }, differences);
    }
    if (event.rejectedBy !== undefined) {
      const text = `the event must not be there: row ${event.rejectedBy} of its part is rejected, and the hole would pair wrong rows`;
      this.#report('*', 0, text, { offset: event.offset, object, line });
    }
    for (const { mark, text, offset, differences, written } of faults) {
      this.counts[mark === '-' ? 'lost' : mark === '+' ? 'extra' : 'different'] += 1;
      if (event.inferred && mark === '*') this.counts.inferred += 1;
      this.#report(mark, 1, text, { offset, object, line }, differences, [written]);
    }
  }

  #endSetAside(event: ExpectedEvent, named: ReadonlySet<number>, rows: number): void {
    const wrong = [...named].find((ordinal) => ordinal !== event.rejectedBy);
    if (wrong === undefined) return;
    const truth =
      event.rejectedBy === undefined
        ? 'no row of their part is rejected'
        : `the first rejected row of their part is ${event.rejectedBy}`;
    this.#report('*', rows, `the rows are set aside with row ${wrong}, but ${truth}`, {
      offset: event.offset,
    });
  }

  #endLost(event: ExpectedEvent, rows: number): void {
    this.counts.lost += rows;
    const object = this.#parts.events.objectOf(event);
    if (this.#parts.hours.get(object) === undefined) {
      this.#parts.missing.add(object, event, rows);
      return;
    }
    const text = `the event ${event.correlationId} is missing, with ${rows} rows`;
    this.#report('-', rows, text, { offset: event.offset, object }, [], [event.correlationId]);
  }

  #report(
    mark: Finding['mark'],
    rows: number,
    text: string,
    place: { readonly offset: number | undefined; readonly object?: string; readonly line?: number },
    differences: readonly Difference[] = [],
    keys: readonly string[] = [],
  ): void {
    const { offset, object, line } = place;
    const source = { name: this.#task.source, ...(offset === undefined ? {} : { offset }) };
    const v2 =
      object === undefined ? {} : { object: { name: object, ...(line === undefined ? {} : { line }) } };
    this.#parts.findings.add({ mark, rows, text, source, ...v2, differences }, keys);
  }
}

function isAsked({ time }: ExpectedEvent, { settings: { since, until } }: VerifyTask): boolean {
  const timestamp = time.slice(0, -1);
  if (since !== undefined && compareTimestamps(timestamp, since) < 0) return false;
  return until === undefined || compareTimestamps(timestamp, until) < 0;
}
