import { randomUUID } from 'node:crypto';
import { MdcBridgeError } from '../../errors.js';
import { correlatedEventId } from '../../event/event-id.js';
import { isSampled } from '../../event/sampling.js';
import { CORRELATION_COLUMNS, requestIdOf } from '../../legacy/correlation.js';
import { TimestampFormat } from '../call-clock.js';
import type { CollectorOptions } from '../collector-options.js';
import type { CollectorSettings } from '../collector-settings.js';
import type { DeliveryOptions } from '../delivery/delivery-options.js';
import { openSinkAt } from '../delivery/open-sink.js';
import { type EventCollectorStats, EventCounters } from '../events/event-counters.js';
import { EventRows } from '../events/event-rows.js';
import { areRouted, type Call } from '../rows/call-rows.js';
import { correlationText } from '../rows/correlation-tail.js';
import type { PlainDoubles } from '../rows/plain-doubles.js';
import type { Frame } from '../table.js';
import { CollectionRoutes } from './collection-routes.js';
import type { EventSideOptions } from './event-side-options.js';

const [ID, TIMESTAMP] = CORRELATION_COLUMNS;

/** The calls of a legacy collector as events: the same ids, times and values that a conversion of their rows would give. */
export class EventSide {
  readonly rows: EventRows;
  /** Where they go, without credentials. */
  readonly url: string;
  readonly #settings: CollectorSettings;
  readonly #counters = new EventCounters();
  readonly #routes: CollectionRoutes;
  readonly #ramp: number;
  readonly #collection: string;
  /** As exact as the stage's record, so that a call is of the stage in which it was written. */
  readonly #times = new TimestampFormat();

  /** @throws MdcBridgeError `usage` for options that can't be, `plan-file` for types that can't be read. */
  constructor(
    settings: CollectorSettings,
    options: EventSideOptions,
    collector: CollectorOptions,
    onError: (error: Error) => void,
    doubles: PlainDoubles,
  ) {
    const { environment = process.env, storageOptions, clock = Date.now } = collector;
    const sink = openSinkAt(options.storage, options.storageOptions ?? storageOptions, environment);
    this.url = sink.url;
    this.#settings = settings;
    this.#ramp = checkedRamp(options.ramp ?? 100);
    const record = { ramp: this.#ramp, samplingRate: 100, clock, tickMs: 0.01 };
    this.#routes = new CollectionRoutes(settings, options, sink, record, doubles);
    const { collection, ...route } = this.#routes.optionsOf(settings);
    this.#collection = collection;
    this.rows = new EventRows({
      ...route,
      delivery: { ...deliveryOf(collector), ...options },
      counters: this.#counters,
      onError,
    });
  }

  /**
   * @returns false if there is no room, which is counted.
   * @throws MdcBridgeError `usage` for a value that its column's type doesn't take: the whole call is left out, and counted.
   */
  take(call: Call, isRamped: boolean): boolean {
    try {
      return this.#take(call, isRamped);
    } catch (error) {
      this.rows.leaveOut('invalid');
      throw error;
    }
  }

  #take({ table, correlations, time }: Call, isRamped: boolean): boolean {
    // Uncorrelated rows have no id that a conversion would know: they meet by count and hour.
    const id = correlations === undefined ? randomUUID() : correlationText(correlations, ID);
    if (isRamped && !isSampled(id, this.#ramp)) {
      this.rows.leaveOut('sampled');
      return true;
    }
    const frame = this.#frame(table);
    if (correlations === undefined) {
      // The event's id, by which it is known as one of rows without a correlation.
      const requestId = correlatedEventId(this.#collection, id);
      return this.rows.take({ id, frame, time: `${this.#times.format(time)}Z`, headers: {}, requestId });
    }
    const route = areRouted(this.#settings.designation, correlations)
      ? this.#routes.answering(correlations, this.rows)
      : undefined;
    const requestId = requestIdOf({ requestId: String(correlations.$aml_request_id) });
    const call = { id, frame, time: `${correlationText(correlations, TIMESTAMP)}Z`, headers: {} };
    return this.rows.take(requestId === undefined ? call : { ...call, requestId }, route);
  }

  stats(): EventCollectorStats {
    return this.rows.stats();
  }

  /** Columns without a name are called as the conversion calls them. */
  #frame(table: Call['table']): Frame {
    const given = table.names ?? this.#settings.featureNames ?? [];
    const width = table.count === 0 ? given.length : table.row(0).length;
    const names =
      given.length === width ? given : Array.from({ length: width }, (_, i) => given[i] ?? `column_${i}`);
    return { ...table, names };
  }
}

/** What both sides share unless this one says otherwise. */
function deliveryOf({ spoolFolder, whenFull, durability }: CollectorOptions): DeliveryOptions {
  return {
    ...(spoolFolder === undefined ? {} : { spoolFolder }),
    ...(whenFull === undefined ? {} : { whenFull }),
    ...(durability === undefined ? {} : { durability }),
  };
}

function checkedRamp(ramp: number): number {
  if (typeof ramp === 'number' && ramp >= 0 && ramp <= 100) return ramp;
  throw new MdcBridgeError('usage', `the ramp must be a percentage, not ${ramp}`, {
    remedy: 'give 0 to 100',
  });
}
