import { MdcBridgeError } from '../../errors.js';
import { Heartbeat } from '../../storage/heartbeat.js';
import { type Batch, type BlobTarget, oneForEachBlob } from '../delivery/batch.js';
import type { RowStore } from '../delivery/row-store.js';
import { type Adoption, adoptLeftovers } from './spool-adoption.js';
import type { SpooledBatch } from './spool-batch.js';
import { forgetLastWrite, writeAtExit } from './spool-exit.js';
import { type SpoolOptions, type SpoolSettings, spoolSettings } from './spool-options.js';
import { SILENT_HERE_MS } from './spool-owner.js';
import { type SpoolTally, tallyOf } from './spool-report.js';
import { SpoolSegments } from './spool-segments.js';

const BEAT_MS = 10_000;
const RETRY_MS = 1000;

/**
 * Rows in local files, which a killed process leaves to the next one. `add` only copies; one write at the end of the event
 * loop's turn makes the rows of that turn outlive the process.
 */
export class SpoolStore implements RowStore {
  readonly #settings: SpoolSettings;
  readonly #segments: SpoolSegments;
  readonly #heartbeat: Heartbeat;
  #isScheduled = false;
  /** Set while the disk refuses. */
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** When others were last shown that this process lives. */
  #beaten = Date.now();

  /** Touches no disk. */
  constructor(options: SpoolOptions) {
    this.#settings = spoolSettings(options);
    this.#segments = new SpoolSegments(this.#settings);
    this.#heartbeat = new Heartbeat(BEAT_MS, () => this.#beat());
    writeAtExit(this);
  }

  get bytes(): number {
    return this.#segments.waiting;
  }

  get capacity(): number {
    return this.#settings.maxSpoolBytes;
  }

  fits(bytes: number): boolean {
    return !this.#isClosed && this.#segments.fits(bytes);
  }

  add(target: BlobTarget, rows: Uint8Array, count: number): boolean {
    if (this.#isClosed || !this.#segments.add(target, rows, count)) return false;
    if (!this.#isScheduled && this.#retry === undefined) {
      this.#isScheduled = true;
      setImmediate(this.#endTick);
    }
    return true;
  }

  waiting(): readonly BlobTarget[] {
    return oneForEachBlob(this.#segments.batches().map(({ target }) => target));
  }

  /** Each batch's `bytes` are read from the disk when they are asked for. */
  seal(name: string): readonly SpooledBatch[] {
    if (this.#retry === undefined) this.writeNow();
    return this.#segments.seal(name);
  }

  done(_name: string, batches: readonly Batch[]): void {
    this.#segments.done(new Set(batches.map(({ id }) => id)));
    // So that whoever comes after a kill in this moment need not ask the storage.
    this.writeNow();
    this.#segments.endSpent();
  }

  /** What waits, counted. */
  left(): SpoolTally {
    return tallyOf(this.#segments.batches());
  }

  /**
   * Takes over what processes that have ended left for the same destination. To be called at the start, and again from time to
   * time: a process of another machine has ended when it is silent for a minute.
   *
   * @throws StorageError of the folder; a file that can't be read is told to `onError`
   */
  async adopt(): Promise<Adoption> {
    const { segments, adoption } = await adoptLeftovers(this.#settings);
    this.#segments.adopt(segments);
    if (this.#isClosed) await this.#segments.release();
    return adoption;
  }

  /** What `add` has taken, without waiting for the tick's end. False: the disk refuses, and the rows are only in memory. */
  writeNow(): boolean {
    this.#keepOurs();
    const failure = this.#segments.write();
    if (failure !== undefined && this.#retry === undefined && failure instanceof MdcBridgeError) {
      this.#settings.onError(failure);
    }
    clearTimeout(this.#retry);
    this.#retry = failure === undefined ? undefined : setTimeout(() => this.writeNow(), RETRY_MS).unref();
    return failure === undefined;
  }

  /** What is in files is not lost: only what the disk would not take. */
  abandon(): number {
    return this.writeNow() ? 0 : this.#segments.abandon();
  }

  /** What is not sent stays in the folder, for whoever comes next. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.writeNow();
    clearTimeout(this.#retry);
    forgetLastWrite(this);
    await this.#heartbeat.end();
    await this.#segments.release();
  }

  readonly #endTick = (): void => {
    this.#isScheduled = false;
    this.writeNow();
  };

  async #beat(): Promise<void> {
    this.#segments.loseOthers(this.#retry !== undefined);
    await this.#segments.touch();
    this.#beaten = Date.now();
  }

  /** A process that stood still may have been taken for dead: before it goes on writing, it looks. */
  #keepOurs(): void {
    const now = Date.now();
    if (now - this.#beaten < SILENT_HERE_MS / 2) return;
    this.#segments.loseOthers(this.#retry !== undefined);
    this.#beaten = now;
  }
}
