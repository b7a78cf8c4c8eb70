import type { StagePoint } from '../stage-records.js';

/** From a time on, whether a call must be on both sides. Plain data, given to threads. */
export interface StageSpan {
  /** Epoch milliseconds. */
  readonly from: number;
  /** Its service wrote one layout alone then. */
  readonly isOutside: boolean;
  /** 0-100: of the calls, as many have events. */
  readonly rate: number;
}

/** A call that began before its service left stage dual may have been answered after it: then it is on one side alone. */
const IN_FLIGHT_MS = 60_000;

const WHOLE: StageSpan = { from: Number.NEGATIVE_INFINITY, isOutside: false, rate: 100 };

/**
 * Where calls of the legacy tree must have events. A row does not say which process wrote it: they need not before the first process that
 * tells of itself, and while one is in stage legacy and none in stage dual. Else every call must, at the highest rate of the processes that
 * write events; also when all have ended, since one that could not write its record could not write its events either.
 *
 * @param writers each one's states by time; without any, all calls must have events.
 * @param rate in place of the recorded ones.
 */
export function legacySpans(
  writers: Iterable<readonly StagePoint[]>,
  rate: number | undefined,
): readonly StageSpan[] {
  const changes = [...writers].flatMap((points) => changesOf(points, 'legacy'));
  if (changes.length === 0) return [{ ...WHOLE, rate: rate ?? 100 }];
  changes.sort((a, b) => a.from - b.from);
  const at = new Writing();
  const spans: StageSpan[] = [{ from: Number.NEGATIVE_INFINITY, isOutside: true, rate: 100 }];
  for (const [i, { from, left, entered }] of changes.entries()) {
    at.remove(left);
    at.add(entered);
    if (changes[i + 1]?.from !== from) spans.push({ from, ...at.span(rate) });
  }
  return spans;
}

/**
 * Where events of one writer must have rows. One that was only ever in stage v2, where no other of the collection was in another, has
 * somebody beside it who writes the rows.
 */
export function eventSpans(points: readonly StagePoint[], isStaged: boolean): readonly StageSpan[] {
  // What is neither wrote no events: those of its time were written before or after.
  const writing = points.filter(({ stage }) => stage === 'dual' || stage === 'v2');
  const spans = changesOf(writing, 'v2').map(
    ({ from, entered }): StageSpan => ({ from, isOutside: isStaged && entered?.stage === 'v2', rate: 100 }),
  );
  const [first, ...others] = spans;
  return first === undefined ? [WHOLE] : [{ ...first, from: Number.NEGATIVE_INFINITY }, ...others];
}

/** Whether stages are told at all: a collector of events alone knows none but v2. */
export function areStaged(writers: Iterable<readonly StagePoint[]>): boolean {
  return [...writers].some((points) => points.some(({ stage }) => stage === 'dual' || stage === 'legacy'));
}

/** The last one that has begun; there is one. Most calls are of one of the last spans. */
export function spanAt(spans: readonly StageSpan[], time: number): StageSpan {
  for (let i = spans.length - 1; i > 0; i -= 1) {
    const span = spans[i];
    if (span !== undefined && span.from <= time) return span;
  }
  return spans[0] ?? WHOLE;
}

/** Whether every call between the two times must have an event. */
export function isWhole(spans: readonly StageSpan[], from: number, to: number): boolean {
  return spans.every((span, i) => {
    const end = spans[i + 1]?.from ?? Number.POSITIVE_INFINITY;
    return span.from >= to || end <= from || (!span.isOutside && span.rate >= 100);
  });
}

interface Change {
  readonly from: number;
  readonly left: StagePoint | undefined;
  readonly entered: StagePoint | undefined;
}

/**
 * A writer that leaves stage dual for `alone` has done so a minute before, for the calls that were under way. In whole milliseconds, as
 * the times of calls are read: one of the same millisecond counts as of stage dual.
 */
function changesOf(points: readonly StagePoint[], alone: 'legacy' | 'v2'): Change[] {
  return points.map((point, i) => {
    const left = points[i - 1];
    const isLeaving = left?.stage === 'dual' && point.stage === alone;
    const start = isLeaving ? Math.max(left.from, point.from - IN_FLIGHT_MS) : point.from;
    const from = point.stage === 'dual' ? Math.floor(start) : Math.ceil(start);
    return { from, left, entered: point };
  });
}

/** What all writers do at a time. */
class Writing {
  readonly #stages = { off: 0, legacy: 0, dual: 0, v2: 0 };
  /** Rate → how many write events at it. */
  readonly #rates = new Map<number, number>();
  #rate = 100;

  add(point: StagePoint | undefined): void {
    this.#count(point, 1);
  }

  remove(point: StagePoint | undefined): void {
    this.#count(point, -1);
  }

  span(rate: number | undefined): Omit<StageSpan, 'from'> {
    const { dual, legacy, v2 } = this.#stages;
    if (dual + v2 > 0) this.#rate = Math.max(...this.#rates.keys());
    return { isOutside: dual === 0 && legacy > 0, rate: rate ?? this.#rate };
  }

  #count(point: StagePoint | undefined, by: 1 | -1): void {
    if (point === undefined) return;
    const { stage, ramp, samplingRate } = point;
    this.#stages[stage] += by;
    if (stage !== 'dual' && stage !== 'v2') return;
    const rate = stage === 'dual' ? Math.min(ramp, samplingRate) : samplingRate;
    const count = (this.#rates.get(rate) ?? 0) + by;
    if (count === 0) this.#rates.delete(rate);
    else this.#rates.set(rate, count);
  }
}
