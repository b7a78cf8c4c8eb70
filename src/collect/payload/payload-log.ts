import type { IncomingMessage, ServerResponse } from 'node:http';
import { MdcBridgeError } from '../../errors.js';
import type { EventCollectorStats } from '../events/event-counters.js';
import { type Endable, Lifetime } from '../lifetime.js';
import { BodyRedactor } from './body-redactor.js';
import { BodyRoom } from './body-room.js';
import { Exchange, type ExchangeOptions } from './exchange.js';
import { ExchangeIds } from './exchange-id.js';
import { recordRequest, recordResponse } from './message-record.js';
import { OpenExchanges } from './open-exchanges.js';
import { type IncompleteCounts, PayloadCollection } from './payload-collection.js';
import type { PayloadCollectionName, PayloadLoggerOptions } from './payload-options.js';
import { type PayloadSettings, resolvePayloadLogger } from './payload-settings.js';
import { randomIds } from './random-ids.js';
import { RequestTaps } from './tap-request.js';
import { ResponseTaps } from './tap-response.js';

/** Events of one collection, by what has become of them. */
export interface PayloadCollectionStats extends EventCollectorStats {
  /** Events that have not the whole of their message, by the reason that they give. */
  readonly incomplete: Readonly<IncompleteCounts>;
}

/** What has become of everything; a collection that is not recorded is absent. */
export interface PayloadStats
  extends Partial<Readonly<Record<PayloadCollectionName, PayloadCollectionStats>>> {
  /** Exchanges that are under way. */
  readonly open: number;
  /** Bytes of their bodies that are held. */
  readonly bytesHeld: number;
}

/** Watches exchanges, and records each when it is over. Nothing in here ever throws at who serves it. */
export class PayloadLog implements Endable {
  readonly #settings: PayloadSettings;
  readonly #clock: () => number;
  readonly #onError: ((error: Error) => void) | undefined;
  readonly #ids: ExchangeIds;
  readonly #room: BodyRoom;
  readonly #open = new OpenExchanges();
  readonly #collections: readonly PayloadCollection[];
  readonly #requestTaps = new RequestTaps();
  readonly #responseTaps = new ResponseTaps();
  readonly #exchanges: ExchangeOptions;
  readonly #lifetime: Lifetime;
  #isClosed = false;

  /** @throws MdcBridgeError `usage` for options that can't be. */
  constructor(options: PayloadLoggerOptions) {
    const { clock = Date.now, newId = randomIds(), onError, redact } = options;
    this.#settings = resolvePayloadLogger(options);
    const { maxBufferedBytes, collections } = this.#settings;
    this.#clock = clock;
    this.#onError = onError;
    this.#ids = new ExchangeIds(newId);
    this.#room = new BodyRoom(maxBufferedBytes);
    this.#exchanges = {
      maxBodyBytes: this.#settings.maxBodyBytes,
      room: this.#room,
      onOver: this.#record,
    };
    const redactor = redact === undefined ? undefined : new BodyRedactor(redact);
    const shared = { maxBufferedBytes, redactor, newId, onError: this.#tell };
    this.#collections = collections.map((settings) => new PayloadCollection(settings, shared));
    this.#lifetime = new Lifetime(this, {
      ...options,
      lastError: () => this.#collections.map((one) => one.stats().lastError).find(Boolean),
      tell: this.#tell,
    });
  }

  /** From now on, until both are over. @returns none if it is not to be recorded. */
  watch(request: IncomingMessage, response: ServerResponse): Exchange | undefined {
    try {
      return this.#watch(request, response);
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  stats(): PayloadStats {
    const stats = this.#collections.map(
      (one) => [one.name, { ...one.stats(), incomplete: { ...one.incomplete } }] as const,
    );
    return { ...Object.fromEntries(stats), open: this.#open.count, bytesHeld: this.#room.held };
  }

  hasWork(): boolean {
    return this.#each((one) => one.hasWork()).some(Boolean);
  }

  /** @throws StorageError what the storage refused with; all is kept, and tried again. */
  async flush(): Promise<void> {
    await Promise.all(this.#each((one) => one.flush()));
  }

  async finish(deadlineMs: number): Promise<void> {
    await Promise.all(this.#each((one) => one.finish(deadlineMs)));
  }

  finishNow(): number {
    this.#open.endAll();
    return sum(this.#each((one) => one.finishNow()));
  }

  giveUp(): number {
    this.#open.endAll();
    return sum(this.#each((one) => one.giveUp()));
  }

  /** Ends the outboxes. */
  async close(): Promise<void> {
    await Promise.all(this.#each((one) => one.close()));
  }

  /** @throws StorageError if events are lost. */
  async end(): Promise<void> {
    // A closed log waits for nobody; one whose process was told to end does: that may serve on.
    this.#isClosed = true;
    this.#open.endAll();
    await this.#lifetime.close();
  }

  #watch(request: IncomingMessage, response: ServerResponse): Exchange | undefined {
    // One that stands in a chain twice records once.
    if (this.#collections.length === 0 || this.#responseTaps.has(response)) return undefined;
    if (this.#isClosed) {
      for (const one of this.#collections) one.lose();
      return undefined;
    }
    const id = this.#ids.take(request.headers);
    if (!this.#isWanted(id.requestId)) {
      for (const one of this.#collections) one.leaveOut('sampled');
      return undefined;
    }
    const exchange = new Exchange(request, response, id, this.#clock(), this.#exchanges);
    if (!exchange.isRead) this.#requestTaps.add(request, exchange);
    this.#responseTaps.add(response, exchange);
    this.#open.add(exchange);
    return exchange;
  }

  /** Both events at once: an exchange has them, or none. */
  readonly #record = (exchange: Exchange): void => {
    try {
      this.#open.delete(exchange);
      const { headers } = this.#settings;
      const request = recordRequest(exchange, headers);
      const response = recordResponse(exchange, headers, this.#clock());
      for (const one of this.#collections) {
        if (one.wants(exchange.id.requestId))
          one.take(exchange.id, one.name === 'request' ? request : response);
        else one.leaveOut('sampled');
      }
    } catch (error) {
      this.#failed(error);
    }
  };

  #isWanted(id: string): boolean {
    for (const one of this.#collections) if (one.wants(id)) return true;
    return false;
  }

  #failed(error: unknown): void {
    this.#each((one) => one.leaveOut('invalid'));
    this.#tell(
      new MdcBridgeError('internal', 'a request could not be recorded', {
        cause: error,
        remedy: 'it was served as ever; report what this error’s cause says',
      }),
    );
  }

  #each<T>(of: (collection: PayloadCollection) => T): T[] {
    return this.#collections.map(of);
  }

  /** Whoever is told may fail, too: requests must not. */
  readonly #tell = (error: Error): void => {
    try {
      if (this.#onError === undefined) process.emitWarning(error);
      else this.#onError(error);
    } catch (cause) {
      process.emitWarning(new MdcBridgeError('usage', 'the logger’s onError has thrown', { cause }));
    }
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
