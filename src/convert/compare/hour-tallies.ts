import { addCounts, type MutableCounts, noCalls } from './call-counts.js';
import type { CallRecord } from './call-record.js';
import { hourNumber } from './date-text.js';

/** What a call is an example of, in the order in which they are shown. */
const EXAMPLE_KINDS = [
  'different',
  'only-legacy',
  'only-legacy-or-batched',
  'only-v2',
  'doubled-legacy',
  'doubled-v2',
  'rejected',
  'batched',
] as const;
export type ExampleKind = (typeof EXAMPLE_KINDS)[number];

/** Of one collection and hour. */
export interface HourTally {
  readonly collection: number;
  /** Since 1970. */
  readonly hour: number;
  readonly counts: MutableCounts;
  /** Rows of its calls that only the legacy tree has. */
  legacyRows: number;
  /** Rows of calls that only the v2 tree has: their number and the sums of their digests. */
  v2Rows: number;
  sumA: number;
  sumB: number;
  /** Rows that batched events hold beyond those of the call that they are named by. */
  surplusRows: number;
}

export interface RawExample {
  readonly kind: ExampleKind;
  readonly legacy?: CallRecord;
  readonly v2?: CallRecord;
}

/** More than the years 1 to 9999 have, also before 1970. */
const HOURS = 2 ** 27;

/** What was counted, by collection and hour, with the first examples of each kind. Memory: by hours, not by calls. */
export class Tallies {
  readonly #hours = new Map<number, HourTally>();
  readonly #examples = new Map<string, RawExample[]>();
  /** Of each hour the first one that an hour's balance may explain: others may be left then. */
  readonly #firsts = new Map<string, RawExample>();
  readonly #most: number;

  /** `most` examples of a kind and collection. */
  constructor(most: number) {
    this.#most = most;
  }

  of(collection: number, hour: number): HourTally {
    const key = collection * HOURS + hour;
    const known = this.#hours.get(key);
    if (known !== undefined) return known;
    const made = {
      ...{ collection, hour, counts: noCalls() },
      ...{ legacyRows: 0, v2Rows: 0, sumA: 0, sumB: 0, surplusRows: 0 },
    };
    this.#hours.set(key, made);
    return made;
  }

  addExample(example: RawExample): void {
    if (this.#most === 0) return;
    const { collection, time } = placeOf(example);
    const key = `${example.kind} ${collection}`;
    if (example.kind === 'only-legacy' || example.kind === 'only-v2') {
      const hour = `${key} ${hourNumber(time)}`;
      const first = this.#firsts.get(hour);
      if (first === undefined || byPlace(example, first) < 0) this.#firsts.set(hour, example);
    }
    const list = this.#examples.get(key) ?? [];
    this.#examples.set(key, list);
    // The first by time, whichever thread finds them in whatever order.
    const at = list.findIndex((other) => byPlace(example, other) < 0);
    if (at < 0 && list.length >= this.#most) return;
    list.splice(at < 0 ? list.length : at, 0, example);
    if (list.length > this.#most) list.pop();
  }

  add({ hours, examples }: TallyLists): void {
    for (const hour of hours) {
      const to = this.of(hour.collection, hour.hour);
      addCounts(to.counts, hour.counts);
      to.legacyRows += hour.legacyRows;
      to.v2Rows += hour.v2Rows;
      to.sumA = (to.sumA + hour.sumA) | 0;
      to.sumB = (to.sumB + hour.sumB) | 0;
      to.surplusRows += hour.surplusRows;
    }
    for (const example of examples) this.addExample(example);
  }

  lists(): TallyLists {
    const hours = [...this.#hours.values()].sort((a, b) => a.collection - b.collection || a.hour - b.hour);
    const examples = new Set([...this.#examples.values()].flat().concat([...this.#firsts.values()]));
    return { hours, examples: [...examples].sort((a, b) => byKind(a, b) || byPlace(a, b)) };
  }
}

/** Plain data, to be handed to another thread. */
export interface TallyLists {
  /** By collection and hour. */
  readonly hours: readonly HourTally[];
  /** By kind and time: the first of each kind and collection, and of each hour's that a balance may explain. */
  readonly examples: readonly RawExample[];
}

export function placeOf({ legacy, v2 }: RawExample): CallRecord {
  const place = legacy ?? v2;
  if (place === undefined) throw new RangeError('an example is of a call');
  return place;
}

function byKind({ kind: a }: RawExample, { kind: b }: RawExample): number {
  return EXAMPLE_KINDS.indexOf(a) - EXAMPLE_KINDS.indexOf(b);
}

function byPlace(x: RawExample, y: RawExample): number {
  const [a, b] = [placeOf(x), placeOf(y)];
  return a.time - b.time || a.file - b.file || a.offset - b.offset;
}
