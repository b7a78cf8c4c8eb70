import { randomBytes } from 'node:crypto';
import { encodeText } from '../../csv/byte-string.js';
import { MdcBridgeError } from '../../errors.js';
import { type EventEnvelope, eventSource } from '../../event/collected-event.js';
import { correlatedEventId } from '../../event/event-id.js';
import { formatCollectionPath } from '../../event/event-path.js';
import { eventLineEnd, eventLineStart } from '../../event/jsonl.js';
import { stageRecordPath } from '../../event/stage-line.js';
import type { BlobTarget } from '../delivery/batch.js';
import type { RowSink } from '../delivery/row-sink.js';
import type { CollectedPart, EventOutlet, OutgoingRows } from './event-outlet.js';
import { EventTime } from './event-time.js';
import { type RollingRate, rollingFolder } from './rolling-folder.js';
import type { StageRecordPlace } from './stage-record.js';

/** One a process: its files in all hours and collections have this name. */
export const INSTANCE: string = `${randomBytes(16).toString('hex')}000000`;
/** In one buffer for all calls of all collectors, which stores copy from at once. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024);
export const FLUSH_MS = { local: 1000, azure: 30_000 } as const;

/** Whose events these are, and where their folders of time stand. */
export interface EventPlace {
  readonly workspace: string;
  readonly endpoint: string;
  readonly deployment: string;
  readonly collection: string;
  /** Below the sink's root: ends with `/`; or `''`, where that is the collection's own folder, and nobody knows the v2 root. */
  readonly folder: string;
  readonly rollingRate: RollingRate;
  /** Files' name; one of this process's own unless told. */
  readonly instance: string | undefined;
}

/** Events as lines of a file an hour, in a folder or a container. */
export class StorageOutlet implements EventOutlet {
  readonly sink: RowSink;
  readonly flushMs: number;
  readonly capacity: number = Number.POSITIVE_INFINITY;
  readonly #place: EventPlace;
  readonly #source: string;
  readonly #time = new EventTime();
  /** Starts as no time does. */
  #lastMinute = '-';
  #target: BlobTarget = { name: '' };

  /** @throws MdcBridgeError `usage` for names that no folder may have. */
  constructor(sink: RowSink, place: EventPlace) {
    for (const name of ['endpoint', 'deployment', 'collection'] as const) checkName(name, place[name]);
    this.sink = sink;
    this.flushMs = sink.writeNow === undefined ? FLUSH_MS.azure : FLUSH_MS.local;
    this.#place = place;
    this.#source = eventSource(place.workspace, place.endpoint, place.deployment);
  }

  /** Where these events' writer tells its stage; absent where the v2 root is not known. */
  get stageRecord(): StageRecordPlace | undefined {
    const { folder, endpoint, deployment, collection, instance = INSTANCE } = this.#place;
    if (folder === '') return undefined;
    const name = stageRecordPath(instance);
    return { target: { name }, collection: formatCollectionPath({ endpoint, deployment, collection }) };
  }

  /** A call's events are of one time, and so of one file. None for an event without rows: the monitors drop it. */
  format(parts: readonly CollectedPart[]): OutgoingRows[] {
    const [first] = parts;
    if (first === undefined || first.rows === 0) return [];
    const time = typeof first.time === 'string' ? first.time : this.#time.format(first.time);
    return [
      {
        target: this.#targetAt(time),
        bytes: this.#write(parts, time),
        rows: parts.reduce((sum, { rows }) => sum + rows, 0),
      },
    ];
  }

  /** A call that needs more room has its own. */
  #write(parts: readonly CollectedPart[], time: string): Uint8Array {
    const lines = parts.map((part) => this.#line(part, time));
    const length = lines.reduce(
      (sum, { start, data, end }) => sum + start.length + data.length + end.length,
      0,
    );
    const out = length > buffer.length ? Buffer.allocUnsafeSlow(length) : buffer;
    let at = 0;
    for (const { start, data, end } of lines) {
      at += out.write(start, at, 'latin1');
      out.set(data, at);
      at += data.length;
      at += out.write(end, at, 'latin1');
    }
    return out.subarray(0, length);
  }

  /** The last one's is kept: no folder is of less than a minute. */
  #targetAt(time: string): BlobTarget {
    if (!time.startsWith(this.#lastMinute)) {
      const { folder, rollingRate, instance = INSTANCE } = this.#place;
      this.#target = { name: `${folder}${rollingFolder(time, rollingRate)}/${instance}.jsonl` };
      this.#lastMinute = time.slice(0, 'YYYY-MM-DDTHH:MM:'.length);
    }
    return this.#target;
  }

  #line({ correlationId, requestId, data }: CollectedPart, time: string): EventLine {
    const { collection } = this.#place;
    const own = bytesOf(correlationId);
    const envelope: EventEnvelope = {
      id: correlatedEventId(collection, own),
      source: this.#source,
      collection,
      time,
      correlationId: own,
      requestId: requestId === correlationId ? own : bytesOf(requestId),
    };
    return { start: eventLineStart(envelope, 'data'), data, end: eventLineEnd(envelope, data.length) };
  }
}

/** Byte strings, and the rows between them. */
interface EventLine {
  readonly start: string;
  readonly data: Uint8Array;
  readonly end: string;
}

/** A byte string; most text is one already. */
function bytesOf(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : encodeText(text);
}

export function checkName(what: string, name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)) return;
  throw new MdcBridgeError('usage', `the ${what}'s name can't be ${JSON.stringify(name)} in storage`, {
    remedy: 'give letters, digits, _, - and . only, a letter or digit first: readers skip other folders',
  });
}
