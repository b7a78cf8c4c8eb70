import { formatCollectionPath } from '../../event/event-path.js';
import { eventLineEnd, eventLineStart } from '../../event/jsonl.js';
import { stageRecordPath } from '../../event/stage-line.js';
import { type RowSink, usualFlushMs } from '../delivery/row-sink.js';
import { EventFiles, type EventPlace, INSTANCE } from './event-files.js';
import type { CollectedPart, EventOutlet, OutgoingRows } from './event-outlet.js';
import { EventTime } from './event-time.js';
import type { StageRecordPlace } from './stage-record.js';

/** In one buffer for all calls of all collectors, which stores copy from at once. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024);

/** Events as lines of a file an hour, in a folder or a container. */
export class StorageOutlet implements EventOutlet {
  readonly sink: RowSink;
  readonly flushMs: number;
  readonly capacity: number = Number.POSITIVE_INFINITY;
  readonly #place: EventPlace;
  readonly #files: EventFiles;
  readonly #time = new EventTime();

  /** @throws MdcBridgeError `usage` for names that no folder may have. */
  constructor(sink: RowSink, place: EventPlace) {
    this.#files = new EventFiles(place);
    this.sink = sink;
    this.flushMs = usualFlushMs(sink);
    this.#place = place;
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
        target: this.#files.targetAt(time),
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

  #line({ correlationId, requestId, data }: CollectedPart, time: string): EventLine {
    const envelope = this.#files.envelope(correlationId, requestId, time);
    return { start: eventLineStart(envelope, 'data'), data, end: eventLineEnd(envelope, data.length) };
  }
}

/** Byte strings, and the rows between them. */
interface EventLine {
  readonly start: string;
  readonly data: Uint8Array;
  readonly end: string;
}
