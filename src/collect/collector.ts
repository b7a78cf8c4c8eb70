import type { MdcBridgeError } from '../errors.js';
import { isSampled } from '../event/sampling.js';
import { findProblem, queueClosed, queueFull } from './events/collect-problem.js';
import {
  BasicCorrelationContext,
  type CorrelationContext,
  headersOf,
  idOf,
} from './events/correlation-context.js';
import { DeployedCollectors, type DeploymentOptions } from './events/deployed-collectors.js';
import { noteName } from './events/distinct-names.js';
import { type EventCollectorStats, NO_EVENTS } from './events/event-counters.js';
import { asFrame, type FrameData } from './events/event-frame.js';
import type { EventCollectorOptions } from './events/event-options.js';
import type { EventRows } from './events/event-rows.js';
import { type EventSettings, resolveEventCollector } from './events/event-settings.js';
import { openEvents } from './events/open-events.js';
import { Lifetime } from './lifetime.js';
import { Redactor } from './redact.js';
import type { Frame } from './table.js';

/**
 * Collects a model's data as events, with the calls and messages of the v2 SDK's `Collector`. `collect` does no I/O and never waits:
 * events are sent within seconds, and when the process ends.
 *
 * @example
 *   const inputs = new Collector('model_inputs', { onError });
 *   const outputs = new Collector('model_outputs', { onError });
 *   const context = inputs.collect([{ bmi: 0.0617, bp: 0.0218 }]);
 *   outputs.collect({ progression: [152.1] }, context);
 */
export class Collector {
  /** The collection's. */
  readonly name: string;
  readonly #options: EventCollectorOptions;
  readonly #settings: EventSettings;
  readonly #redactor: Redactor | undefined;
  /** None while nothing is collected. */
  #rows: EventRows | undefined;
  #lifetime: Lifetime | undefined;

  /**
   * @param name the collection's, as the deployment has it; `model_inputs` and `model_outputs` are those that monitors know.
   * @throws MdcBridgeError `usage` for options that can't be, and, unless `onError` is there to take it, when the collection is not
   *   enabled.
   */
  constructor(name: string, options: EventCollectorOptions = {}) {
    this.name = name;
    this.#options = options;
    this.#settings = resolveEventCollector(name, options);
    this.#redactor = options.redact === undefined ? undefined : new Redactor(options.redact);
    const problem = this.#problem();
    if (problem !== undefined) {
      this.#fail(problem);
      return;
    }
    noteName(name);
    this.#rows = openEvents(name, this.#settings, options, this.#tell);
    this.#lifetime = new Lifetime(this.#rows, {
      ...options,
      lastError: () => this.#rows?.trouble(),
      tell: this.#tell,
    });
  }

  /**
   * A collector for each collection of a deployment's YAML, configured by its `data_collector`.
   *
   * @param yaml the text of the file that `az ml online-deployment create` takes.
   * @throws MdcBridgeError `usage` for what is no such YAML.
   */
  static fromDeployment(yaml: string, options: DeploymentOptions = {}): DeployedCollectors<Collector> {
    return new DeployedCollectors(yaml, options, (name, resolved) => new Collector(name, resolved));
  }

  /**
   * Takes one call's data. It is copied, and can be changed afterwards. Another call under one context goes on as that call's next
   * event.
   *
   * @returns the context, in every case: the given one, or a new one. What else collects for the request is given it.
   * @throws MdcBridgeError what is wrong, unless `onError` is there to take it: not enabled, no data of a supported type, no room.
   */
  collect(data: FrameData, context?: CorrelationContext | null): CorrelationContext {
    const known = context ?? this.#newContext();
    const problem = this.#problem() ?? this.#take(data, known);
    if (problem !== undefined) this.#fail(problem);
    return known;
  }

  /** Rows, by what has become of them. */
  stats(): EventCollectorStats {
    return this.#rows?.stats() ?? NO_EVENTS;
  }

  /** Returns when at least half of the buffer is free: for those who would rather wait than have events dropped. */
  async ready(): Promise<void> {
    await this.#rows?.outbox.ready();
  }

  /**
   * Returns when all that was accepted is sent.
   *
   * @throws StorageError what the storage or the sidecar refused with; the events are kept, and tried again.
   */
  async flush(): Promise<void> {
    await this.#rows?.outbox.flush();
  }

  /**
   * Sends what is left, within `shutdownMs`, and ends the collector: what is offered later is not taken.
   *
   * @throws StorageError if events are lost.
   */
  async close(): Promise<void> {
    await this.#lifetime?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #newContext(): BasicCorrelationContext {
    const { newId, clock = Date.now } = this.#options;
    return new BasicCorrelationContext(newId?.(), Math.floor(clock() / 1000));
  }

  #problem(): MdcBridgeError | undefined {
    const problem = findProblem(this.name, this.#settings);
    return problem ?? (this.#lifetime?.isOver === true ? queueClosed() : undefined);
  }

  /** By the correlation id, before the data is looked at: the other collections of the request fare alike. */
  #take(data: unknown, context: CorrelationContext): Error | undefined {
    const rows = this.#rows;
    if (rows === undefined) return undefined;
    try {
      const id = idOf(context);
      if (!isSampled(id, this.#settings.sampleRate)) {
        rows.leaveOut('sampled');
        return undefined;
      }
      const headers = headersOf(context);
      const frame = this.#frameOf(data, id, rows);
      const isTaken = rows.take({ id, frame, time: context.getTimestamp(), headers });
      return isTaken ? undefined : queueFull();
    } catch (error) {
      rows.leaveOut('invalid');
      return error as Error;
    }
  }

  #frameOf(data: unknown, id: string, rows: EventRows): Frame {
    try {
      const frame = asFrame(data);
      return this.#redactor?.redact(frame) ?? frame;
    } catch (error) {
      rows.skip(id);
      throw error;
    }
  }

  #fail(problem: Error): void {
    if (this.#options.onError === undefined) throw problem;
    this.#options.onError(problem);
  }

  /** What nobody's call is the place for. */
  readonly #tell = (error: Error): void => {
    if (this.#options.onError === undefined) process.emitWarning(error);
    else this.#options.onError(error);
  };
}
