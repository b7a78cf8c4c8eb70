import type { Redactor } from '../collect/redact.js';
import { isSampled } from '../event/sampling.js';
import type { Stage } from '../event/stage-line.js';
import { ColumnPlans, type ColumnRules } from './column-plan.js';
import type { Destination } from './destination.js';
import { JsonRows } from './json-rows.js';
import type { LogHeaders } from './log-headers.js';
import { full, Refusal } from './refusal.js';
import type { JsonColumns } from './row-columns.js';
import { SentRows } from './sent-rows.js';
import type { LeftOutReason } from './side-counters.js';
import type { WrittenCall } from './written-call.js';

/** One layout of a collection, and where it goes. */
export interface CollectionSide {
  readonly destination: Destination;
  /** @throws MdcBridgeError `usage` for what that layout can't have. */
  readonly lines: { format(headers: LogHeaders, rows: SentRows): WrittenCall };
}

export interface CollectionSides {
  readonly legacy: CollectionSide | undefined;
  readonly v2: CollectionSide | undefined;
}

/** What one side makes of a call, for its destination. */
export interface OfferedCall {
  readonly destination: Destination;
  readonly call: WrittenCall;
}

/** Rows that were accepted, and not yet written to the disk. */
export interface Accepted {
  readonly collection: string;
  readonly sides: readonly OfferedCall[];
}

export interface CollectionOptions extends ColumnRules {
  readonly name: string;
  readonly sides: CollectionSides;
  /** 0-100. */
  readonly sampleRate: number;
  readonly stage: () => Stage;
}

/** A collection's requests → what is written of them, on the sides that the stage has. */
export class ServedCollection {
  readonly name: string;
  readonly #sides: CollectionSides;
  readonly #byStage: Readonly<Record<Stage, readonly CollectionSide[]>>;
  readonly #sampleRate: number;
  readonly #stage: () => Stage;
  readonly #redactor: Redactor | undefined;
  readonly #plans: ColumnPlans;
  /** Of the last rows. */
  #columns: JsonColumns | undefined;

  constructor(options: CollectionOptions) {
    this.name = options.name;
    this.#sides = options.sides;
    this.#byStage = byStage(options.sides);
    this.#sampleRate = options.sampleRate;
    this.#stage = options.stage;
    this.#redactor = options.redactor;
    this.#plans = new ColumnPlans(options);
  }

  /** @throws Refusal for a body that is no rows. */
  read(body: Uint8Array): JsonRows {
    const rows = JsonRows.parse(body, this.#columns);
    this.#columns = rows.columns;
    return rows;
  }

  /**
   * All sides take a call, or none.
   *
   * @returns nothing for a call that is left out on purpose, which is counted.
   * @throws MdcBridgeError `usage`, Refusal: what is wrong with it, or that there is no room; counted too.
   */
  take(headers: LogHeaders, rows: JsonRows): Accepted | undefined {
    const sides = this.#active();
    if (sides.length === 0) return this.#leaveOut(rows.count, 'disabled');
    if (!isSampled(headers.correlationId, this.#sampleRate)) return this.#leaveOut(rows.count, 'sampled');
    try {
      return this.#offer(sides, headers, rows);
    } catch (error) {
      this.#leaveOut(rows.count, error instanceof Refusal && error.reason === 'full' ? 'full' : 'invalid');
      throw error;
    }
  }

  #offer(sides: readonly CollectionSide[], headers: LogHeaders, rows: JsonRows): Accepted {
    const sent = new SentRows(rows, this.#plans.of(rows.names), this.#redactor);
    const calls = sides.map(
      ({ destination, lines }): OfferedCall => ({ destination, call: lines.format(headers, sent) }),
    );
    for (const { destination, call } of calls)
      if (!destination.fits(call)) throw this.#noRoom(destination, call, calls);
    for (const { destination, call } of calls) destination.add(this.name, call);
    return { collection: this.name, sides: calls };
  }

  #noRoom(destination: Destination, tooMuch: WrittenCall, calls: readonly OfferedCall[]): Refusal {
    for (const { call } of calls) if (call.kind === 'rows') call.giveBack();
    return destination.couldHold(tooMuch) ? full('there is no room for the rows') : tooLarge();
  }

  /** Of the stage as it is now. */
  #active(): readonly CollectionSide[] {
    return this.#byStage[this.#stage()];
  }

  #leaveOut(rows: number, reason: LeftOutReason): undefined {
    const active = this.#active();
    const sides = active.length > 0 ? active : [this.#sides.legacy, this.#sides.v2];
    for (const side of sides) side?.destination.counters.leftOut(this.name, rows, reason);
    return undefined;
  }
}

function byStage({ legacy, v2 }: CollectionSides): Record<Stage, readonly CollectionSide[]> {
  const present = (...sides: readonly (CollectionSide | undefined)[]): CollectionSide[] =>
    sides.filter((side) => side !== undefined);
  // The legacy side comes first: what it can't have takes no place in the other's calls.
  return { off: [], legacy: present(legacy), dual: present(legacy, v2), v2: present(v2) };
}

function tooLarge(): Refusal {
  return new Refusal(413, 'the rows need more than may wait at all', {
    remedy: 'send fewer rows at once, or let more wait',
  });
}
