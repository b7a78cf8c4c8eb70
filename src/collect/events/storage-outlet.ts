import { randomBytes } from 'node:crypto';
import { encodeText } from '../../csv/byte-string.js';
import { MdcBridgeError } from '../../errors.js';
import { type EventEnvelope, eventSource } from '../../event/collected-event.js';
import { correlatedEventId } from '../../event/event-id.js';
import { formatEventLine } from '../../event/jsonl.js';
import type { BlobTarget } from '../delivery/batch.js';
import type { RowSink } from '../delivery/row-sink.js';
import type { CollectedPart, EventOutlet, OutgoingRows } from './event-outlet.js';
import { EventTime } from './event-time.js';
import { type RollingRate, rollingFolder } from './rolling-folder.js';

/** One a process: its files in all hours and collections have this name. */
const INSTANCE = `${randomBytes(16).toString('hex')}000000`;
const BUFFER_BYTES = 64 * 1024;
const FLUSH_MS = { local: 1000, azure: 30_000 } as const;

/** Whose events these are, and where their folders of time stand. */
export interface EventPlace {
  readonly workspace: string;
  readonly endpoint: string;
  readonly deployment: string;
  readonly collection: string;
  /** Below the sink's root: `''` or ends with `/`. */
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
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #lastTime = '';
  #target: BlobTarget = { name: '' };

  /** @throws MdcBridgeError `usage` for names that no folder may have. */
  constructor(sink: RowSink, place: EventPlace) {
    for (const name of ['endpoint', 'deployment', 'collection'] as const) checkName(name, place[name]);
    this.sink = sink;
    this.flushMs = sink.writeNow === undefined ? FLUSH_MS.azure : FLUSH_MS.local;
    this.#place = place;
    this.#source = eventSource(place.workspace, place.endpoint, place.deployment);
  }

  /** A call's events are of one time, and so of one file. None for an event without rows: the monitors drop it. */
  format(parts: readonly CollectedPart[]): OutgoingRows[] {
    const [first] = parts;
    if (first === undefined || first.rows === 0) return [];
    const time = typeof first.time === 'string' ? first.time : this.#time.format(first.time);
    const lines =
      parts.length === 1 ? this.#line(first, time) : parts.map((part) => this.#line(part, time)).join('');
    return [
      {
        target: this.#targetAt(time),
        bytes: this.#bytesOf(lines),
        rows: parts.reduce((sum, { rows }) => sum + rows, 0),
      },
    ];
  }

  /** In one buffer for all calls, which the store copies from; a call that needs more has its own. */
  #bytesOf(lines: string): Uint8Array {
    if (lines.length > this.#buffer.length) return Buffer.from(lines, 'latin1');
    return this.#buffer.subarray(0, this.#buffer.write(lines, 'latin1'));
  }

  /** The last one's is kept: most calls of a second share it. */
  #targetAt(time: string): BlobTarget {
    if (time !== this.#lastTime) {
      const { folder, rollingRate, instance = INSTANCE } = this.#place;
      this.#target = { name: `${folder}${rollingFolder(time, rollingRate)}/${instance}.jsonl` };
      this.#lastTime = time;
    }
    return this.#target;
  }

  #line({ correlationId, requestId, data }: CollectedPart, time: string): string {
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
    return formatEventLine(envelope, { data: bytesOf(data) });
  }
}

/** A byte string; most text is one already. */
function bytesOf(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : encodeText(text);
}

function checkName(what: string, name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)) return;
  throw new MdcBridgeError('usage', `the ${what}'s name can't be ${JSON.stringify(name)} in storage`, {
    remedy: 'give letters, digits, _, - and . only, a letter or digit first: readers skip other folders',
  });
}
