import type { Stage } from '../../event/stage-line.js';
import type { Clock } from '../call-clock.js';
import { checkChoice } from '../choice.js';
import type { CollectorStats } from '../collect-event.js';
import type { CollectorOptions } from '../collector-options.js';
import type { CollectorSettings } from '../collector-settings.js';
import type { Outbox } from '../delivery/outbox.js';
import type { EventCollectorStats } from '../events/event-counters.js';
import type { Endable } from '../lifetime.js';
import type { Call } from '../rows/call-rows.js';
import { LegacyRows } from '../rows/legacy-rows.js';
import { PlainDoubles } from '../rows/plain-doubles.js';
import { EventSide } from './event-side.js';
import { Refusals } from './refusals.js';
import { StageWatch } from './stage.js';

/** Which layouts a stage writes. */
const WRITES: Readonly<Record<Stage, { readonly legacy: boolean; readonly v2: boolean }>> = {
  off: { legacy: false, v2: false },
  legacy: { legacy: true, v2: false },
  dual: { legacy: true, v2: true },
  v2: { legacy: false, v2: true },
};

/** Of the legacy side, and of the new one where there is one. */
export interface SidesStats extends CollectorStats {
  readonly v2?: EventCollectorStats;
}

/**
 * The two layouts that a collector writes, each with its own buffer, retries, counters and spool: what befalls one is nothing to the
 * other.
 */
export class Sides implements Endable {
  readonly #legacy: LegacyRows;
  readonly #events: EventSide | undefined;
  readonly #stage: StageWatch;
  readonly #primary: 'legacy' | 'v2';
  /** Of what the side refuses that does not count. */
  readonly #refusals: Refusals;
  readonly #outboxes: readonly Outbox[];
  /** Both sides write the same digits. */
  readonly #doubles = new PlainDoubles();

  /** @throws MdcBridgeError `usage` for options that can't be, `plan-file` for types that can't be read. */
  constructor(
    settings: CollectorSettings,
    options: CollectorOptions,
    clock: Clock,
    onError: (error: Error) => void,
  ) {
    const { v2, environment = process.env } = options;
    const tell = (stage: Stage): void => this.#events?.rows.noteStage(stage);
    this.#stage = new StageWatch(options, environment, v2 !== undefined, tell, onError);
    checkChoice('primary', options.primary, ['legacy', 'v2']);
    this.#primary = options.primary ?? 'legacy';
    this.#refusals = new Refusals(onError);
    this.#legacy = new LegacyRows(settings, options, clock(), onError, this.#doubles);
    this.#events =
      v2 === undefined
        ? undefined
        : new EventSide(settings, v2, { ...options, clock }, onError, this.#doubles);
    this.#outboxes = [this.#legacy.outbox, ...(this.#events === undefined ? [] : [this.#events.rows.outbox])];
    tell(this.#stage.now);
  }

  /** Whether anything is written just now. */
  get isOff(): boolean {
    return this.#stage.now === 'off';
  }

  /** @throws MdcBridgeError `usage` what the side that counts refuses; the other has had its turn by then. */
  take(call: Call): void {
    this.#doubles.forget();
    const stage = this.#stage.now;
    // Had the end been told already, this call takes it back.
    this.#events?.rows.noteStage(stage);
    const { legacy, v2 } = WRITES[stage];
    const onlyOne = legacy !== v2;
    const refusals: unknown[] = [];
    const offer = (side: 'legacy' | 'v2', act: () => void): void => {
      try {
        act();
      } catch (error) {
        if (onlyOne || side === this.#primary) refusals.push(error);
        else this.#refusals.tell(side, error, call.time);
      }
    };
    if (legacy) offer('legacy', () => this.#legacy.take(call));
    if (v2) offer('v2', () => this.#events?.take(call, stage === 'dual'));
    if (refusals.length > 0) throw refusals[0];
  }

  stats(): SidesStats {
    const legacy = this.#legacy.stats();
    return this.#events === undefined ? legacy : { ...legacy, v2: this.#events.stats() };
  }

  /** Of each side that has lost rows: its place, and what that last refused with. */
  losses(): string {
    const sides = [
      { url: this.#legacy.url, ...this.#legacy.stats() },
      ...(this.#events === undefined ? [] : [{ url: this.#events.url, ...this.#events.stats() }]),
    ];
    const lost = sides.filter(({ dropped }) => dropped.shutdown > 0);
    return lost
      .map(({ url, lastError }) => (lastError === undefined ? url : `${url}: ${lastError}`))
      .join('; ');
  }

  hasWork(): boolean {
    return this.#legacy.outbox.hasWork() || this.#events?.rows.hasWork() === true;
  }

  /** @throws StorageError what a side's storage refused with; the other has been written by then. */
  async flush(): Promise<void> {
    const ends = await Promise.allSettled(this.#outboxes.map((outbox) => outbox.flush()));
    const failure = ends.find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') throw failure.reason;
  }

  async ready(): Promise<void> {
    await Promise.all(this.#outboxes.map((outbox) => outbox.ready()));
  }

  async finish(deadlineMs: number): Promise<void> {
    await Promise.all(this.#outboxes.map((outbox) => outbox.finish(deadlineMs)));
  }

  finishNow(): number {
    return this.#outboxes.reduce((lost, outbox) => lost + outbox.finishNow(), 0);
  }

  giveUp(): number {
    return this.#outboxes.reduce((lost, outbox) => lost + outbox.giveUp(), 0);
  }

  async close(): Promise<void> {
    this.#stage.close();
    await Promise.all(this.#outboxes.map((outbox) => outbox.close()));
  }
}
