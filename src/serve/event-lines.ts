import type { CallPart, CallPlaces } from '../collect/events/call-places.js';
import { EventFiles, type EventPlace } from '../collect/events/event-files.js';
import { EventTime } from '../collect/events/event-time.js';
import { encodeText } from '../csv/byte-string.js';
import { eventLineEnd, eventLineStart } from '../event/jsonl.js';
import type { LogHeaders } from './log-headers.js';
import type { SentRows } from './sent-rows.js';
import type { WrittenCall } from './written-call.js';

const BUFFER_BYTES = 64 * 1024;
const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);

/** One collection's calls → lines of event files. */
export class EventLines {
  readonly #files: EventFiles;
  readonly #time = new EventTime();
  readonly #places: CallPlaces;

  /**
   * @param places of the collection's calls so far.
   * @throws MdcBridgeError `usage` for names that no folder may have.
   */
  constructor(place: EventPlace, places: CallPlaces) {
    this.#files = new EventFiles(place);
    this.#places = places;
  }

  /**
   * A call's events, which are of one time and so of one file.
   *
   * @throws MdcBridgeError `usage` for a time that is none.
   */
  format(headers: LogHeaders, rows: SentRows): WrittenCall {
    const time = this.#time.format(headers.time);
    const parts = this.#places.take(headers.correlationId, rows.count);
    const giveBack = (): void => this.#places.giveBack(headers.correlationId, parts);
    // The monitors drop an event without rows.
    if (rows.count === 0) return { kind: 'nothing' };
    let lines = '';
    for (const part of parts) lines += this.#line(headers, rows, part, time);
    return {
      kind: 'rows',
      target: this.#files.targetAt(time),
      bytes: bytesOf(lines),
      rows: rows.count,
      giveBack,
    };
  }

  #line(headers: LogHeaders, rows: SentRows, { correlationId, start, end }: CallPart, time: string): string {
    const envelope = this.#files.envelope(correlationId, headers.correlationId, time);
    const json = rows.json(start, end);
    const data = rows.isAscii ? json : encodeText(json);
    return (
      eventLineStart(envelope, 'data') + data + eventLineEnd(envelope, data.length, headers.sender.members)
    );
  }
}

/** In one buffer for all calls, which the store copies from; a call that needs more has its own. */
function bytesOf(lines: string): Uint8Array {
  if (lines.length > buffer.length) return Buffer.from(lines, 'latin1');
  return buffer.subarray(0, buffer.write(lines, 'latin1'));
}
