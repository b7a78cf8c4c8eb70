/**
 * `collector`: inputs of ten floats. `collector-pair`: these, and the prediction that answers them. `pino`, `pino-pair`: the same
 * records logged. `dual`: inputs in both layouts; `dual-no-legacy`, `dual-no-events`: with one side's storage refusing all.
 * `nothing`: an empty function.
 */
export type ContenderId =
  | 'collector'
  | 'collector-pair'
  | 'dual'
  | 'dual-no-legacy'
  | 'dual-no-events'
  | 'pino'
  | 'pino-pair'
  | 'nothing';

/** What a contender needs to be opened in a process of its own. */
export interface Opening {
  readonly contender: ContenderId;
  /** The built library. */
  readonly library: string;
  /** A folder that is there and empty, or a container's URL (the connection string is in the environment). */
  readonly storage: string;
  readonly seed: number;
}

/** One call after the other, with a turn of the event loop after every 1,000. */
export interface SteadyJob extends Opening {
  readonly kind: 'steady';
  readonly calls: number;
  /** Calls after which room in the buffers is waited for; none: never. */
  readonly waitEvery?: number;
  /** A hundred calls a second for so long before it begins. */
  readonly slowSeconds?: number;
}

export interface SteadyResult {
  readonly calls: number;
  /** Of the loop. */
  readonly loopSeconds: number;
  /** Until the last byte is handed to the disk and the file is closed. */
  readonly seconds: number;
  /** Of all threads, user and system, to the same moment. */
  readonly cpuSeconds: number;
  /** Bytes. */
  readonly peakRss: number;
}

/** So many calls a second, those that are due in each turn of a timer of 1 ms. */
export interface PacedJob extends Opening {
  readonly kind: 'paced';
  readonly callsPerSecond: number;
  readonly seconds: number;
  /** Every call's own time, or the event loop's delay: the clock of one would be in the other. */
  readonly watch: 'calls' | 'delay';
}

/** Times in µs: of single calls, or of the event loop's delay. */
export interface PacedResult {
  readonly calls: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** Rows that were in the storage before the loop ended: that uploads ran. */
  readonly writtenMeanwhile: number;
  readonly cpuSeconds: number;
  readonly peakRss: number;
}

/** Memory after a garbage collection, when all is written, at each of these numbers of calls. */
export interface GrowthJob extends Opening {
  readonly kind: 'growth';
  readonly checkpoints: readonly number[];
}

export interface GrowthResult {
  readonly samples: readonly MemorySample[];
}

/** Bytes. */
export interface MemorySample {
  readonly calls: number;
  readonly heapUsed: number;
  /** Buffers, which are outside of the heap. */
  readonly external: number;
  readonly rss: number;
}

export type CollectJob = SteadyJob | PacedJob | GrowthJob;
export type ResultOf<J extends CollectJob> = J extends SteadyJob
  ? SteadyResult
  : J extends PacedJob
    ? PacedResult
    : GrowthResult;

export type FromCollectChild =
  | { readonly kind: 'done'; readonly result: SteadyResult | PacedResult | GrowthResult }
  | { readonly kind: 'failed'; readonly error: string };
