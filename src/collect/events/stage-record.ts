import { formatStageLine, type Stage, type StageState } from '../../event/stage-line.js';
import type { Clock } from '../call-clock.js';
import type { BlobTarget } from '../delivery/batch.js';
import type { Outbox } from '../delivery/outbox.js';

/** Whose record this is, and where it stands. */
export interface StageRecordPlace {
  readonly target: BlobTarget;
  /** `endpoint/deployment/collection` */
  readonly collection: string;
}

/** Of which calls events are written. */
export interface StageRecordOptions extends Pick<StageState, 'ramp' | 'samplingRate'> {
  /** That of the calls, as coarse as their times are. */
  readonly clock: Clock;
  /** Of the clock, in milliseconds: what comes after the last call comes so much later. */
  readonly tickMs: number;
}

/** Changes that find no room are kept, so many of them; then the newest one takes the last place, since it goes on. */
const MAX_WAITING = 1000;

/** Collectors of this process that are open: one that ends is not the end of another's stage. */
const OPEN = new Map<string, number>();

/**
 * Tells the readers of events in which stage their writer was, and since when: a line at the start, at each change, and at the end.
 * The lines go the way of the events, and are no rows.
 */
export class StageRecord {
  readonly #outbox: Outbox;
  readonly #place: StageRecordPlace;
  readonly #options: StageRecordOptions;
  readonly #key: string;
  readonly #waiting: Buffer[] = [];
  #stage: Stage | undefined;
  #isEnded = true;
  #since = Number.NaN;

  constructor(outbox: Outbox, url: string, place: StageRecordPlace, options: StageRecordOptions) {
    this.#outbox = outbox;
    this.#place = place;
    this.#options = options;
    this.#key = JSON.stringify([url, place.target.name, place.collection]);
  }

  /** Whether the end is still to be told. */
  get isOpen(): boolean {
    return this.#stage !== undefined && !this.#isEnded;
  }

  /** Since when the stage is what it is, by the calls' clock. */
  get since(): number {
    return this.#since;
  }

  /** @param since now unless told: what answers requests is of their time, and they may have come before it. */
  note(stage: Stage, since?: number): void {
    if (stage === this.#stage && !this.#isEnded) return;
    this.#stage = stage;
    this.#since = since ?? this.#options.clock();
    if (this.#isEnded) OPEN.set(this.#key, (OPEN.get(this.#key) ?? 0) + 1);
    this.#isEnded = false;
    this.#add(stage, this.#since);
  }

  /** There is a call: told again, if the end was told before it, and what found no room. */
  called(): void {
    if (this.#isEnded && this.#stage !== undefined) this.note(this.#stage);
    if (this.#waiting.length > 0) this.#offer();
  }

  /** The process may end now; a later call takes it back. */
  end(): void {
    if (this.isOpen) this.#close();
    else this.#offer();
  }

  #close(): void {
    this.#isEnded = true;
    const others = (OPEN.get(this.#key) ?? 1) - 1;
    if (others > 0) OPEN.set(this.#key, others);
    else OPEN.delete(this.#key);
    if (others === 0 && this.#stage !== 'off') this.#add('off', this.#options.clock() + this.#options.tickMs);
  }

  #add(stage: Stage, time: number): void {
    const { ramp, samplingRate } = this.#options;
    const line = formatStageLine(time, this.#place.collection, { stage, ramp, samplingRate });
    this.#waiting.splice(MAX_WAITING - 1, 1);
    this.#waiting.push(Buffer.from(line, 'utf8'));
    this.#offer();
  }

  #offer(): void {
    while (this.#waiting[0] !== undefined && this.#outbox.add(this.#place.target, this.#waiting[0], 0)) {
      this.#waiting.shift();
    }
  }
}
