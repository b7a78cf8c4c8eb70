import type { RawRow } from '../../csv/split-rows.js';
import { partlyLiveFault } from './audit-live.js';
import { EventSearch, type FoundState, type SearchParts, type State } from './event-search.js';
import type { ExpectedEvent } from './expected-event.js';
import type { ExpectedRow } from './expected-row.js';
import type { Findings } from './findings.js';
import type { LiveComparison } from './live-comparison.js';
import type { MissingFiles } from './missing-files.js';
import type { Placement } from './placement.js';
import type { Difference, Finding } from './report.js';
import type { VerifyTask } from './verify-task.js';

export interface AuditParts extends SearchParts {
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
    existing: 0,
    inferred: 0,
    events: 0,
  };
  readonly #task: VerifyTask;
  readonly #parts: AuditParts;
  readonly #search: EventSearch;
  readonly #states = new Map<ExpectedEvent, State>();

  constructor(task: VerifyTask, parts: AuditParts) {
    this.#task = task;
    this.#parts = parts;
    this.#search = new EventSearch(task, parts);
  }

  /** `isFirst`: of the rows that one line of the source stands for; they share one reject. Nothing to wait for: no promise. */
  add(row: RawRow, { event, expected, isLive }: Placement, isFirst: boolean): Promise<void> | undefined {
    if ('rejected' in expected)
      return this.#parts.rejects.take(row, expected.rejected, isFirst).then(() => undefined);
    if (isLive) {
      this.counts.existing += 1;
      return undefined;
    }
    if (event === undefined) {
      this.counts.lost += 1;
      this.#report('-', 1, 'the inputs have no row left that could lend its correlation', {
        offset: row.offset,
      });
      return undefined;
    }
    const known = this.#states.get(event);
    const state = known ?? this.#search.begin(event, row);
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
    if (state?.kind === 'found') this.#endFound(event, state);
    if (state?.kind === 'set-aside') this.#endSetAside(event, state.named, state.rows);
    if (state?.kind === 'live') this.#endLive(state.rows);
    if (state?.kind === 'partly-live') this.#endPartlyLive(event, state.rows, state.liveRows);
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
    expected: ExpectedRow,
    isFirst: boolean,
    known: State | Promise<State>,
  ): Promise<void> {
    const state = await this.#stateOf(event, row, await known);
    this.#states.set(event, state);
    if (state.kind === 'found' || state.kind === 'live') state.rows.add(expected);
    else if (state.kind === 'out-of-range') this.counts.outOfRange += 1;
    else if (state.kind === 'partly-live') {
      await this.#parts.rejects.take(row, 'partly-live', isFirst);
      state.rows += 1;
    } else if (state.kind !== 'set-aside') state.rows += 1;
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

  #endFound(event: ExpectedEvent, { found, rows: comparison, beside }: FoundState): void {
    const { object, line } = found;
    const { same, faults } = comparison.finish();
    this.counts.events += 1;
    this.counts.same += same;
    if (event.inferred) this.counts.inferred += same;
    for (const { text, differences } of found.faults) {
      this.#report('*', 0, text, { offset: event.offset, object, line }, differences);
    }
    if (beside !== undefined) {
      const text = `the call is live collection's as well: ${beside.object} line ${beside.line.number}. Convert again`;
      this.#report('+', 0, text, { offset: event.offset, object, line });
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

  #endLive(rows: LiveComparison): void {
    this.counts.existing += rows.same;
    this.counts.lost += rows.lost.length;
    this.#parts.live?.joined.note(rows.events);
    for (const offset of rows.lost) {
      this.#report('-', 1, 'live events have the call, and no row of these values', { offset });
    }
  }

  #endPartlyLive(event: ExpectedEvent, rows: number, liveRows: number): void {
    const fault = partlyLiveFault(event, rows, liveRows);
    if (fault !== undefined) this.#report('*', rows, fault, { offset: event.offset });
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
