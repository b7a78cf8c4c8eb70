import { CollectCounters } from '../collect/collect-event.js';
import { collectionOfBlob } from './collection-names.js';

/** Why rows that were sent are not written. */
export type LeftOutReason =
  /** No room in the spool or in memory: the sender was asked to send them again. */
  | 'full'
  /** They, or what is said of them, can't be written: the sender was told. */
  | 'invalid'
  /** By the sampling rate: meant to be. */
  | 'sampled'
  /** By the configuration, or stage `off`: meant to be. */
  | 'disabled'
  /** The process had to end before the storage took them: in memory alone. */
  | 'shutdown';

/** One collection's rows on one side, by what has become of them. */
export interface CollectionTally {
  readonly accepted: number;
  readonly written: number;
  readonly dropped: ReadonlyMap<LeftOutReason, number>;
  readonly bytesBuffered: number;
  /** For so long rows have waited and none were written, in ms. */
  readonly lagMs: number;
}

interface Tally {
  accepted: number;
  written: number;
  readonly dropped: Map<LeftOutReason, number>;
  bytesIn: number;
  bytesOut: number;
  /** When rows began to wait, or were last written. */
  since: number;
}

/** Names of blobs of which it is remembered whose they are. */
const MAX_BLOBS = 4096;

/** Counts as a collector does, and each collection's rows by themselves. */
export class SideCounters extends CollectCounters {
  readonly #tallies = new Map<string, Tally>();
  readonly #blobs = new Map<string, string>();

  /** Of each collection that has had rows. */
  get collections(): ReadonlyMap<string, CollectionTally> {
    return new Map([...this.#tallies].map(([name, tally]) => [name, this.#read(tally)]));
  }

  /** Rows for a blob, accepted now or left by a process before. */
  took(collection: string, blob: string, rows: number, bytes: number): void {
    const tally = this.#of(collection);
    if (tally.bytesIn <= tally.bytesOut) tally.since = performance.now();
    tally.accepted += rows;
    tally.bytesIn += bytes;
    this.#remember(blob, collection);
  }

  /** What a process before has left: it was accepted then. */
  adopted(blob: string, bytes: number): void {
    const tally = this.#of(collectionOfBlob(blob));
    if (tally.bytesIn <= tally.bytesOut) tally.since = performance.now();
    tally.bytesIn += bytes;
  }

  /** What was accepted just now could not be kept. */
  withdrew(collection: string, rows: number, bytes: number): void {
    const tally = this.#of(collection);
    tally.accepted -= rows;
    tally.bytesIn -= bytes;
    this.leftOut(collection, rows, 'full');
  }

  leftOut(collection: string, rows: number, reason: LeftOutReason): void {
    const { dropped } = this.#of(collection);
    dropped.set(reason, (dropped.get(reason) ?? 0) + rows);
  }

  override written(rows: number, bytes: number, blob: string): void {
    super.written(rows, bytes, blob);
    const tally = this.#of(this.#blobs.get(blob) ?? collectionOfBlob(blob));
    tally.written += rows;
    tally.bytesOut += bytes;
    tally.since = performance.now();
  }

  override abandoned(rows: number): void {
    super.abandoned(rows);
    if (rows > 0) this.leftOut('', rows, 'shutdown');
  }

  #of(collection: string): Tally {
    const known = this.#tallies.get(collection);
    if (known !== undefined) return known;
    const tally = { accepted: 0, written: 0, dropped: new Map(), bytesIn: 0, bytesOut: 0, since: 0 };
    this.#tallies.set(collection, tally);
    return tally;
  }

  #read({ accepted, written, dropped, bytesIn, bytesOut, since }: Tally): CollectionTally {
    // What was adopted later than at the start is only seen when it is written.
    const bytesBuffered = Math.max(0, bytesIn - bytesOut);
    const lagMs = bytesBuffered === 0 ? 0 : Math.max(0, performance.now() - since);
    return { accepted, written, dropped, bytesBuffered, lagMs };
  }

  #remember(blob: string, collection: string): void {
    if (this.#blobs.has(blob)) return;
    this.#blobs.set(blob, collection);
    const [oldest] = this.#blobs.keys();
    if (this.#blobs.size > MAX_BLOBS && oldest !== undefined) this.#blobs.delete(oldest);
  }
}
