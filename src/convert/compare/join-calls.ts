import type { CallRecords } from './call-reader.js';
import type { CallRecord } from './call-record.js';
import type { CompareRules } from './compare-task.js';
import { hourNumber } from './date-text.js';
import type { HourTally, RawExample, Tallies } from './hour-tallies.js';
import { MetCalls } from './meet-calls.js';
import { joinRows, type RowsDigest, sameRows } from './rows-digest.js';

export interface JoinRules extends Pick<CompareRules, 'writer' | 'since' | 'until'> {
  /** Calls from this time on may still be on their way. */
  readonly pendingFrom: number;
  readonly maxExamples: number;
}

/** One id whose sides do not have the same. */
type Unequal = Partial<Record<'legacy' | 'v2', CallRecord>>;

/** Counts the calls of one partition, both sides. Memory: both sides' records, and an entry for each id. */
export function joinCalls(legacy: CallRecords, v2: CallRecords, rules: JoinRules, tallies: Tallies): void {
  new Join(legacy, v2, rules, tallies).run();
}

class Join {
  readonly #legacy: CallRecords;
  readonly #v2: CallRecords;
  readonly #rules: JoinRules;
  readonly #tallies: Tallies;
  /** By the call that they are parts of. */
  readonly #unequal = new Map<string, Unequal[]>();

  constructor(legacy: CallRecords, v2: CallRecords, rules: JoinRules, tallies: Tallies) {
    this.#legacy = legacy;
    this.#v2 = v2;
    this.#rules = rules;
    this.#tallies = tallies;
  }

  run(): void {
    const met = new MetCalls(this.#legacy, this.#v2);
    for (let id = 0; id < met.count; id += 1) this.#judge(met, id);
    for (const parts of this.#unequal.values()) this.#judgeCall(parts);
  }

  #judge(met: MetCalls, id: number): void {
    if (!met.isDoubled(id) && this.#isTwins(met.legacy(id), met.v2(id))) return;
    const [legacy, v2] = this.#choose(met, id);
    const tally = this.#tallyOf(legacy ?? v2);
    if (tally === undefined) return;
    if (legacy !== undefined) tally.counts.legacy += 1;
    if (v2 !== undefined) tally.counts.v2 += 1;
    if (legacy !== undefined && v2 !== undefined && sameRows(legacy, v2)) {
      tally.counts.both += 1;
      countSpelling(tally, legacy, v2);
      return;
    }
    const unequal = { ...(legacy === undefined ? {} : { legacy }), ...(v2 === undefined ? {} : { v2 }) };
    const base = legacy === undefined ? this.#v2.base(met.v2(id)) : this.#legacy.base(met.legacy(id));
    const known = this.#unequal.get(base);
    if (known === undefined) this.#unequal.set(base, [unequal]);
    else known.push(unequal);
  }

  /** Most calls are on both sides once, and alike. */
  #isTwins(legacy: number, v2: number): boolean {
    if (legacy < 0 || v2 < 0) return false;
    if (!this.#legacy.isTwin(legacy, this.#v2, v2)) return false;
    const counts = this.#tallyAt(this.#legacy.collection(legacy), this.#legacy.time(legacy))?.counts;
    if (counts === undefined) return true;
    counts.legacy += 1;
    counts.v2 += 1;
    counts.both += 1;
    return true;
  }

  /** The first of each side; where there are more, two that are the same if there are such. The others are doubled. */
  #choose(met: MetCalls, id: number): [CallRecord | undefined, CallRecord | undefined] {
    const legacyOnes = met.allLegacy(id).map((i) => this.#legacy.at(i));
    const v2Ones = met.allV2(id).map((i) => this.#v2.at(i));
    if (legacyOnes.length < 2 && v2Ones.length < 2) return [legacyOnes[0], v2Ones[0]];
    legacyOnes.sort(byTime);
    v2Ones.sort(byTime);
    const pair = legacyOnes.flatMap((a) =>
      v2Ones.filter((b) => sameRows(a, b)).map((b) => [a, b] as const),
    )[0];
    const [one, other] = pair ?? [legacyOnes[0], v2Ones[0]];
    const first = this.#tallyOf(one ?? other);
    if (first === undefined) return [one, other];
    for (const double of legacyOnes) if (double !== one) this.#double('doubled-legacy', first, double);
    for (const double of v2Ones) if (double !== other) this.#double('doubled-v2', first, double);
    return [one, other];
  }

  #double(kind: 'doubled-legacy' | 'doubled-v2', { counts }: HourTally, record: CallRecord): void {
    if (kind === 'doubled-legacy') counts.doubledLegacy += 1;
    else counts.doubledV2 += 1;
    this.#tallies.addExample({ kind, ...(kind === 'doubled-legacy' ? { legacy: record } : { v2: record }) });
  }

  /** All parts of one call that are not the same: perhaps only cut otherwise. */
  #judgeCall(parts: readonly Unequal[]): void {
    const legacy = parts.flatMap((part) => part.legacy ?? []).sort(byPart);
    const v2 = parts.flatMap((part) => part.v2 ?? []).sort(byTime);
    if (parts.length > 1 && legacy.length > 0 && v2.length > 0) {
      const [a, b] = [joined(legacy), joined(v2)];
      if (sameRows(a, b)) {
        for (const part of legacy) {
          const tally = this.#tallyOf(part);
          if (tally === undefined) continue;
          tally.counts.both += 1;
          tally.counts.regrouped += 1;
          countSpelling(tally, a, b);
        }
        return;
      }
    }
    for (const part of parts) this.#judgePart(part);
  }

  #judgePart({ legacy, v2 }: Unequal): void {
    const tally = this.#tallyOf(legacy ?? v2);
    if (tally === undefined) return;
    const { counts } = tally;
    if (legacy === undefined) {
      if (v2 !== undefined) this.#judgeV2(tally, v2);
      return;
    }
    const isYoung = legacy.time >= this.#rules.pendingFrom;
    const isMisfit = legacy.isMisfit && v2 === undefined && this.#rules.writer !== 'azure';
    if (legacy.isRejected || isMisfit) {
      counts.rejected += 1;
      this.#tallies.addExample({ kind: 'rejected', legacy, ...(v2 === undefined ? {} : { v2 }) });
    } else if (v2 === undefined) {
      if (legacy.isOutsideDual) counts.outsideDualLegacy += 1;
      else if (legacy.isSampledOut) counts.sampledOut += 1;
      else if (isYoung) counts.pendingLegacy += 1;
      else {
        counts.onlyLegacy += 1;
        tally.legacyRows += legacy.rows;
        this.#tallies.addExample({ kind: 'only-legacy', legacy });
      }
    } else if (this.#rules.writer === 'azure' && v2.rows > legacy.rows) {
      counts.batched += 1;
      tally.surplusRows += v2.rows - legacy.rows;
      this.#tallies.addExample({ kind: 'batched', legacy, v2 });
    } else if (isYoung && v2.rows !== legacy.rows) {
      counts.pendingLegacy += 1;
      counts.pendingV2 += 1;
    } else {
      counts.different += 1;
      this.#tallies.addExample({ kind: 'different', legacy, v2 });
    }
  }

  #judgeV2(tally: HourTally, v2: CallRecord): void {
    if (v2.isOutsideDual) {
      tally.counts.outsideDualV2 += 1;
      return;
    }
    if (v2.time >= this.#rules.pendingFrom) {
      tally.counts.pendingV2 += 1;
      return;
    }
    tally.counts.onlyV2 += 1;
    tally.v2Rows += v2.rows;
    tally.sumA = (tally.sumA + v2.sumA) | 0;
    tally.sumB = (tally.sumB + v2.sumB) | 0;
    this.#tallies.addExample({ kind: 'only-v2', v2 } satisfies RawExample);
  }

  /** Absent: the call is out of range, and only read because the other side's clock may differ. */
  #tallyOf(record: CallRecord | undefined): HourTally | undefined {
    return record === undefined ? undefined : this.#tallyAt(record.collection, record.time);
  }

  #tallyAt(collection: number, time: number): HourTally | undefined {
    const { since, until } = this.#rules;
    return time < since || time >= until ? undefined : this.#tallies.of(collection, hourNumber(time));
  }
}

function countSpelling({ counts }: HourTally, a: RowsDigest, b: RowsDigest): void {
  if (a.spelling === b.spelling) return;
  if (a.isRounded || b.isRounded) counts.rounded += 1;
  else counts.respelled += 1;
}

function joined(records: readonly CallRecord[]): RowsDigest {
  return records.slice(1).reduce<RowsDigest>(joinRows, records[0] as RowsDigest);
}

function byTime(a: CallRecord, b: CallRecord): number {
  return a.time - b.time || a.file - b.file || a.offset - b.offset;
}

function byPart(a: CallRecord, b: CallRecord): number {
  return a.file - b.file || a.offset - b.offset || a.part - b.part;
}
