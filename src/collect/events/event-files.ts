import { randomBytes } from 'node:crypto';
import { encodeText } from '../../csv/byte-string.js';
import { MdcBridgeError } from '../../errors.js';
import { type EventEnvelope, eventSource } from '../../event/collected-event.js';
import { correlatedEventId } from '../../event/event-id.js';
import type { BlobTarget } from '../delivery/batch.js';
import { type RollingRate, rollingFolder } from './rolling-folder.js';

/** One a process: its files in all hours and collections have this name. */
export const INSTANCE: string = `${randomBytes(16).toString('hex')}000000`;

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

/** One collection's events: which file each goes to, and what is said of it. */
export class EventFiles {
  readonly #place: EventPlace;
  readonly #source: string;
  /** Starts as no time does. */
  #lastMinute = '-';
  #target: BlobTarget = { name: '' };

  /** @throws MdcBridgeError `usage` for names that no folder may have. */
  constructor(place: EventPlace) {
    for (const name of ['endpoint', 'deployment', 'collection'] as const) checkName(name, place[name]);
    this.#place = place;
    this.#source = eventSource(place.workspace, place.endpoint, place.deployment);
  }

  /** The last one's is kept: no folder is of less than a minute. @param time RFC 3339, UTC */
  targetAt(time: string): BlobTarget {
    if (!time.startsWith(this.#lastMinute)) {
      const { folder, rollingRate, instance = INSTANCE } = this.#place;
      this.#target = { name: `${folder}${rollingFolder(time, rollingRate)}/${instance}.jsonl` };
      this.#lastMinute = time.slice(0, 'YYYY-MM-DDTHH:MM:'.length);
    }
    return this.#target;
  }

  /** In byte strings, of text. */
  envelope(correlationId: string, requestId: string, time: string): EventEnvelope {
    const { collection } = this.#place;
    const own = encodeText(correlationId);
    return {
      id: correlatedEventId(collection, own),
      source: this.#source,
      collection,
      time,
      correlationId: own,
      requestId: requestId === correlationId ? own : encodeText(requestId),
    };
  }
}

/** @throws MdcBridgeError `usage` */
export function checkName(what: string, name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)) return;
  throw new MdcBridgeError('usage', `the ${what}'s name can't be ${JSON.stringify(name)} in storage`, {
    remedy: 'give letters, digits, _, - and . only, a letter or digit first: readers skip other folders',
  });
}
