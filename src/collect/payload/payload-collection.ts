import { eventSource } from '../../event/collected-event.js';
import { isSampled } from '../../event/sampling.js';
import { openSinkAt } from '../delivery/open-sink.js';
import { Outbox } from '../delivery/outbox.js';
import { usualFlushMs } from '../delivery/row-sink.js';
import { type EventCollectorStats, EventCounters } from '../events/event-counters.js';
import { checkName, INSTANCE } from '../events/event-files.js';
import { tellOnce } from '../events/open-events.js';
import { AfterFilesSink } from './after-files-sink.js';
import type { BodyRedactor } from './body-redactor.js';
import { type EventPlace, EventPlaces } from './event-places.js';
import type { ExchangeId } from './exchange-id.js';
import type { Incomplete, MessageRecord } from './message-record.js';
import { type PayloadData, payloadData } from './payload-body.js';
import { PayloadLines, type PlacedData } from './payload-event.js';
import type { PayloadCollectionName } from './payload-options.js';
import type { PayloadCollectionSettings } from './payload-settings.js';
import { PendingLines } from './pending-lines.js';

export interface PayloadCollectionOptions {
  readonly maxBufferedBytes: number;
  readonly redactor: BodyRedactor | undefined;
  readonly newId: () => string;
  readonly onError: (error: Error) => void;
}

/** Somewhat less than a store's buffer holds, which then is sent before it is full, and written to again: a new one each time is garbage. */
const FLUSH_BYTES = 4 * 2 ** 20 - 2 ** 17;

/** What became of bodies that are not whole in their events. */
export type IncompleteCounts = Record<Incomplete, number>;

/** One of the two collections: messages become events and raw files, which wait until the storage has them. */
export class PayloadCollection {
  readonly incomplete: IncompleteCounts = {
    aborted: 0,
    unfinished: 0,
    unread: 0,
    cut: 0,
    withheld: 0,
    dropped: 0,
  };
  readonly #settings: PayloadCollectionSettings;
  readonly #redactor: BodyRedactor | undefined;
  readonly #counters = new EventCounters();
  readonly #format: PayloadLines;
  readonly #places: EventPlaces;
  readonly #newId: () => string;
  readonly #url: string;
  readonly #files: Outbox;
  readonly #lines: Outbox;
  readonly #pending: PendingLines;

  /** @throws MdcBridgeError `usage` for names that no folder may have, and for a place that can't be. */
  constructor(settings: PayloadCollectionSettings, options: PayloadCollectionOptions) {
    const { name, place } = settings;
    const { endpoint = '', deployment = '', path, storage = '', environment = process.env } = place;
    checkName('endpoint', endpoint);
    checkName('deployment', deployment);
    this.#settings = settings;
    this.#redactor = options.redactor;
    this.#newId = options.newId;
    const source = eventSource(place.workspace ?? 'default/default/default', endpoint, deployment);
    this.#format = new PayloadLines(source, name);
    this.#places = new EventPlaces(
      path === undefined ? `${endpoint}/${deployment}/${name}/` : '',
      place.rollingRate ?? 'hour',
      place.instance ?? INSTANCE,
    );
    const sink = openSinkAt(path ?? storage, place.storageOptions, environment);
    this.#url = sink.url;
    const outbox = {
      delivery: place,
      maxBytes: options.maxBufferedBytes,
      flushMs: place.flushMs ?? usualFlushMs(sink),
      counters: this.#counters,
      onError: tellOnce(options.onError, this.#counters),
    };
    this.#files = new Outbox({ ...outbox, sink });
    this.#lines = new Outbox({
      ...outbox,
      flushBytes: FLUSH_BYTES,
      sink: new AfterFilesSink(sink, this.#files),
    });
    this.#pending = new PendingLines(this.#lines, (lines) => this.#counters.dropped(lines, 'full'));
  }

  get name(): PayloadCollectionName {
    return this.#settings.name;
  }

  /** @param id the request's: its parts fare alike. */
  wants(id: string): boolean {
    return isSampled(id, this.#settings.sampleRate);
  }

  /** An exchange that is not recorded. */
  leaveOut(reason: 'sampled' | 'invalid'): void {
    this.#counters.leftOut(1, reason);
  }

  /** One that was under way when nothing was taken any more. */
  lose(): void {
    this.#counters.dropped(1, 'shutdown');
  }

  /** What there is no room for is counted. */
  take(exchange: ExchangeId, record: MessageRecord): void {
    const id = this.#newId();
    const place = this.#places.at(record.time);
    const found = payloadData(record.body, this.#redactor);
    const placed = found.kind === 'inline' ? INLINE : this.#placeFile(found, place, id);
    const data = found.kind === 'inline' ? found : (placed.data ?? emptyOf(found.type));
    const incomplete = placed.incomplete ?? record.incomplete;
    const size = this.#redactor === undefined || data.size === 0 ? record.size : data.size;
    const envelope = { id, time: place.time, exchange: exchange.attributes };
    if (incomplete !== undefined) this.incomplete[incomplete] += 1;
    this.#pending.add(place.file, this.#format.line(envelope, data, record.attributes, size, incomplete));
  }

  stats(): EventCollectorStats {
    this.#pending.settle();
    return this.#counters.stats(this.#lines.bytes + this.#files.bytes);
  }

  hasWork(): boolean {
    this.#pending.settle();
    return this.#files.hasWork() || this.#lines.hasWork();
  }

  /** @throws StorageError what the storage refused with; all is kept, and tried again. */
  async flush(): Promise<void> {
    this.#pending.settle();
    await this.#files.flush();
    await this.#lines.flush();
  }

  async finish(deadlineMs: number): Promise<void> {
    this.#pending.settle();
    await Promise.all([this.#files.finish(deadlineMs), this.#lines.finish(deadlineMs)]);
  }

  /** Lines whose files are refused are lost with them. @returns events that are lost. */
  finishNow(): number {
    this.#pending.settle();
    this.#files.writeLast();
    const lost = this.#lines.finishNow();
    this.#files.giveUp();
    return lost;
  }

  /** @returns events that are lost. */
  giveUp(): number {
    this.#pending.settle();
    this.#files.giveUp();
    return this.#lines.giveUp();
  }

  async close(): Promise<void> {
    await this.#lines.close();
    await this.#files.close();
  }

  /** In a raw file, which waits already then. */
  #placeFile(
    found: Exclude<PayloadData, { kind: 'inline' }>,
    { folder }: EventPlace,
    id: string,
  ): PlacedFile {
    if (found.kind === 'withheld') return { incomplete: 'withheld' };
    const { kind, type, bytes } = found;
    const name = kind === 'blob' ? `${folder}/${id}` : `${folder}/files/${id}${found.ending}`;
    // Rows are counted where their lines are.
    if (!this.#files.add({ name }, bytes, 0)) return { incomplete: 'dropped' };
    return { data: { kind, type, url: `${this.#url}/${name}`, size: bytes.length } };
  }
}

/** A body that does not stand in its event's line. */
interface PlacedFile {
  readonly data?: PlacedData;
  readonly incomplete?: Incomplete;
}

const INLINE: PlacedFile = {};

function emptyOf(type: string): PlacedData {
  return { kind: 'inline', type, json: '""', size: 0 };
}
