import { randomUUID } from 'node:crypto';
import type { CorrelationFields } from '../legacy/correlation.js';
import { type Clock, systemClock } from './call-clock.js';
import { NO_STATS } from './collect-event.js';
import type { CollectorDesignation, CollectorOptions } from './collector-options.js';
import { type CollectorSettings, resolveCollector } from './collector-settings.js';
import { CorrelatedData } from './correlated-data.js';
import { Sides, type SidesStats } from './dual/sides.js';
import { Lifetime } from './lifetime.js';
import { Redactor } from './redact.js';
import type { Call } from './rows/call-rows.js';
import { CorrelationMaker } from './rows/correlation-tail.js';
import { RowPrinter } from './rows/row-printer.js';
import type { Table } from './table.js';
import { asTable, type CollectedData } from './tabular-data.js';

let hasWarned = false;

/**
 * Collects a model's inputs, predictions and labels into the tree that `azureml-monitoring` wrote, byte for byte. `collect` does no
 * I/O and never waits: rows are written within seconds, and when the process ends.
 *
 * @example
 *   const inputs = new ModelDataCollector('best_model', 'inputs', ['bmi', 'bp']);
 *   const predictions = new ModelDataCollector('best_model', 'predictions', ['progression']);
 *   const correlations = inputs.collect([0.0617, 0.0218]);
 *   predictions.collect(predictions.addCorrelations([152.1], correlations));
 */
export class ModelDataCollector {
  readonly #options: CollectorOptions;
  readonly #settings: CollectorSettings;
  /** As given: those of the settings are without what is redacted. */
  readonly #featureNames: readonly string[] | undefined;
  readonly #redactor: Redactor | undefined;
  readonly #clock: Clock;
  readonly #correlations: CorrelationMaker;
  readonly #printer: RowPrinter | undefined;
  readonly #tell: (error: Error) => void;
  /** None where nothing is written: not enabled. */
  #sides: Sides | undefined;
  #lifetime: Lifetime | undefined;

  /**
   * @param designation `inputs`, `predictions`, `labels`, `signals` or `general`; `default` is general.
   * @param featureNames the columns' names, for data that brings none.
   * @throws MdcBridgeError `usage` for options that can't be. The storage is not looked at before the first rows are written.
   */
  constructor(
    model: string,
    designation?: CollectorDesignation,
    featureNames?: readonly string[],
    options: CollectorOptions = {},
  ) {
    this.#options = options;
    this.#tell = options.onError ?? ((error) => process.emitWarning(error));
    const settings = resolveCollector(model, designation, featureNames, options);
    this.#redactor = options.redact === undefined ? undefined : new Redactor(options.redact);
    this.#featureNames = settings.featureNames;
    this.#settings = this.#redactor === undefined ? settings : redacted(settings, this.#redactor);
    this.#clock = options.clock ?? systemClock();
    this.#correlations = new CorrelationMaker(this.#settings);
    const { debug, enabled } = this.#settings.environment;
    this.#printer = debug ? new RowPrinter(this.#settings, options) : undefined;
    if (options.enabled ?? enabled) this.#open();
    else if (!debug && options.enabled === undefined) warnOnce();
  }

  /** Whether rows are written. */
  get enabled(): boolean {
    return this.#lifetime?.isOver === false;
  }

  /**
   * Takes one call's data. It is copied, and can be changed afterwards.
   *
   * @param userCorrelationId stands before the random part of the correlation id of inputs.
   * @returns for inputs their new correlation fields, for correlated data those it has; else `undefined`, as when not enabled.
   * @throws MdcBridgeError `usage` for data that is no table, unless `onError` is there to take it.
   */
  collect(data: CollectedData | CorrelatedData, userCorrelationId = ''): CorrelationFields | undefined {
    if (this.#lifetime?.isOver === true || this.#sides?.isOff === true) return undefined;
    if (this.#sides === undefined && this.#printer === undefined) return undefined;
    try {
      return this.#take(data, userCorrelationId);
    } catch (error) {
      if (this.#options.onError === undefined) throw error;
      this.#options.onError(error as Error);
      return undefined;
    }
  }

  /** Data that answers a request, with its correlation fields; without any, the data as it is. */
  addCorrelations<T extends CollectedData>(
    data: T,
    correlations: CorrelationFields | null | undefined,
  ): T | CorrelatedData {
    return correlations ? new CorrelatedData(data, correlations) : data;
  }

  /** Rows, by what has become of them. */
  stats(): SidesStats {
    return this.#sides?.stats() ?? NO_STATS;
  }

  /** Returns when at least half of the buffer is free: for those who would rather wait than have rows dropped. */
  async ready(): Promise<void> {
    await this.#sides?.ready();
  }

  /**
   * Returns when all that was accepted is written.
   *
   * @throws StorageError what the storage refused with; the rows are kept, and tried again.
   */
  async flush(): Promise<void> {
    await this.#sides?.flush();
  }

  /**
   * Writes what is left, within `shutdownMs`, and ends the collector: what is offered later is not taken.
   *
   * @throws StorageError if rows are lost.
   */
  async close(): Promise<void> {
    await this.#lifetime?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #open(): void {
    this.#sides = new Sides(this.#settings, this.#options, this.#clock, this.#tell);
    this.#lifetime = new Lifetime(this.#sides, {
      ...this.#options,
      lastError: () => this.#sides?.losses(),
      tell: this.#tell,
    });
  }

  #take(offered: CollectedData | CorrelatedData, userId: string): CorrelationFields | undefined {
    const isCorrelated = offered instanceof CorrelatedData;
    const table = this.#tableOf(isCorrelated ? offered.data : offered);
    const time = this.#clock();
    const isInputs = this.#settings.designation === 'inputs';
    const given = isCorrelated ? offered.correlations : undefined;
    const correlations = isInputs ? this.#correlate(time, userId) : given;
    const call: Call = { table, time, correlations };
    this.#printer?.print(call);
    this.#sides?.take(call);
    return correlations;
  }

  /** `userId` stands before the random id; `''`: none. */
  #correlate(time: number, userId: string): CorrelationFields {
    const { newId = randomUUID, requestId } = this.#options;
    const id = newId();
    return this.#correlations.make(userId === '' ? id : `${userId}-${id}`, time, requestId?.());
  }

  #tableOf(data: CollectedData): Table {
    const table = asTable(data, this.#options.nested ?? 'rows');
    return this.#redactor?.redact(table, table.names ?? this.#featureNames) ?? table;
  }
}

function redacted(settings: CollectorSettings, redactor: Redactor): CollectorSettings {
  const { featureNames } = settings;
  return featureNames === undefined ? settings : { ...settings, featureNames: redactor.names(featureNames) };
}

function warnOnce(): void {
  if (hasWarned) return;
  hasWarned = true;
  process.emitWarning(
    "data collection is not enabled: set the environment variable AML_MODEL_DC_STORAGE_ENABLED to 'true'",
    'MdcBridgeWarning',
  );
}
