import type { CallPart, CallPlaces } from '../collect/events/call-places.js';
import { EventTime } from '../collect/events/event-time.js';
import { type RollingRate, rollingFolder } from '../collect/events/rolling-folder.js';
import { checkName, INSTANCE } from '../collect/events/storage-outlet.js';
import { encodeText } from '../csv/byte-string.js';
import { eventSource } from '../event/collected-event.js';
import { correlatedEventId } from '../event/event-id.js';
import { formatSentLine } from './event-sender.js';
import type { LogHeaders } from './log-headers.js';
import type { SentRows } from './sent-rows.js';
import type { WrittenCall } from './written-call.js';

const BUFFER_BYTES = 64 * 1024;
const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);

/** Whose events these are, and where their folders of time stand. */
export interface EventPlace {
  readonly workspace: string;
  readonly endpoint: string;
  readonly deployment: string;
  readonly collection: string;
  /** Below the sink's root: `''` or ends with `/`. */
  readonly folder: string;
  readonly rollingRate: RollingRate;
}

/** One collection's calls → lines of event files. */
export class EventLines {
  readonly #place: EventPlace;
  readonly #source: string;
  readonly #time = new EventTime();
  readonly #places: CallPlaces;
  #lastTime = '';
  #target = { name: '' };

  /**
   * @param places of the collection's calls so far.
   * @throws MdcBridgeError `usage` for names that no folder may have.
   */
  constructor(place: EventPlace, places: CallPlaces) {
    for (const name of ['endpoint', 'deployment', 'collection'] as const) checkName(name, place[name]);
    this.#place = place;
    this.#places = places;
    this.#source = eventSource(place.workspace, place.endpoint, place.deployment);
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
    return { kind: 'rows', target: this.#targetAt(time), bytes: bytesOf(lines), rows: rows.count, giveBack };
  }

  /** The last one's is kept: most calls of a second share it. */
  #targetAt(time: string): { readonly name: string } {
    if (time !== this.#lastTime) {
      const { folder, rollingRate } = this.#place;
      this.#target = { name: `${folder}${rollingFolder(time, rollingRate)}/${INSTANCE}.jsonl` };
      this.#lastTime = time;
    }
    return this.#target;
  }

  #line(headers: LogHeaders, rows: SentRows, { correlationId, start, end }: CallPart, time: string): string {
    const { collection } = this.#place;
    const own = byteString(correlationId);
    const envelope = {
      id: correlatedEventId(collection, own),
      source: this.#source,
      collection,
      time,
      correlationId: own,
      requestId: correlationId === headers.correlationId ? own : byteString(headers.correlationId),
    };
    const json = rows.json(start, end);
    return formatSentLine(envelope, rows.isAscii ? json : byteString(json), headers.sender);
  }
}

/** One character a byte; most text is that already. */
function byteString(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : encodeText(text);
}

/** In one buffer for all calls, which the store copies from; a call that needs more has its own. */
function bytesOf(lines: string): Uint8Array {
  if (lines.length > buffer.length) return Buffer.from(lines, 'latin1');
  return buffer.subarray(0, buffer.write(lines, 'latin1'));
}
