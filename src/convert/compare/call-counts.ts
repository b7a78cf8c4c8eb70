/**
 * How the calls of the two sides meet. A call of more than 1,000 rows is counted as the parts that the mapping makes of it.
 * `legacy = both + different + onlyLegacy + outsideDualLegacy + sampledOut + pendingLegacy + rejected + batched`, and
 * `v2 = both + different + onlyV2 + outsideDualV2 + pendingV2 + uncorrelatedV2` but for calls that are cut into events otherwise.
 */
export interface CallCounts {
  /** Each once, however often it stands there. */
  readonly legacy: number;
  readonly v2: number;
  /** On both sides, with the same values. */
  readonly both: number;
  readonly different: number;
  readonly onlyLegacy: number;
  readonly onlyV2: number;
  /** Further ones of the same id. */
  readonly doubledLegacy: number;
  readonly doubledV2: number;
  /** On one side, of a time when their service wrote that side alone: before stage dual, or after it. */
  readonly outsideDualLegacy: number;
  readonly outsideDualV2: number;
  /** Not in the v2 tree, where the ramp or the sampling rate leaves them out. */
  readonly sampledOut: number;
  /** On one side, or of another number of rows there, and too young to tell. */
  readonly pendingLegacy: number;
  readonly pendingV2: number;
  /** Legacy calls with a row that the mapping rejects; one whose values can be told all the same only where its event is missing. */
  readonly rejected: number;
  /** Legacy calls whose rows are in an event of other calls. */
  readonly batched: number;
  /** Events of legacy rows without a correlation id, told by the hour's values. */
  readonly uncorrelatedV2: number;
  /** Of `both`: the same but for the digits in which numbers are written. */
  readonly respelled: number;
  /** Of `both`: the same but for what Azure's collector rounds. */
  readonly rounded: number;
  /** Of `both`: cut into events otherwise. */
  readonly regrouped: number;
}

export type MutableCounts = { -readonly [Name in keyof CallCounts]: number };

export function noCalls(): MutableCounts {
  return {
    ...{ legacy: 0, v2: 0, both: 0, different: 0, onlyLegacy: 0, onlyV2: 0, doubledLegacy: 0, doubledV2: 0 },
    ...{ outsideDualLegacy: 0, outsideDualV2: 0 },
    ...{ sampledOut: 0, pendingLegacy: 0, pendingV2: 0, rejected: 0, batched: 0, uncorrelatedV2: 0 },
    ...{ respelled: 0, rounded: 0, regrouped: 0 },
  };
}

const NAMES = Object.keys(noCalls()) as readonly (keyof CallCounts)[];

export function addCounts(to: MutableCounts, counts: CallCounts): void {
  for (const name of NAMES) to[name] += counts[name];
}

/** Whether anything is counted that must not be there. */
export function isClean(counts: CallCounts): boolean {
  const { different, onlyLegacy, onlyV2, doubledLegacy, doubledV2 } = counts;
  return different + onlyLegacy + onlyV2 + doubledLegacy + doubledV2 === 0;
}
