import { encodeText } from '../../csv/byte-string.js';
import { AGENT } from '../../event/collected-event.js';
import type { Incomplete } from './message-record.js';
import type { PayloadCollectionName } from './payload-options.js';

/** A payload event's own parts. */
export interface PayloadEnvelope {
  readonly id: string;
  /** RFC 3339. */
  readonly time: string;
  /** JSON of the exchange's attributes, a byte string. */
  readonly exchange: string;
}

/** Where the body stands, and how many bytes of it. `json` is a byte string. */
export type PlacedData =
  | { readonly kind: 'inline'; readonly type: string; readonly json: string; readonly size: number }
  | { readonly kind: 'dataref' | 'blob'; readonly type: string; readonly url: string; readonly size: number };

/**
 * Formats the events of one collection. Parts that events in a row share are kept as one string each: a line is copied from its parts,
 * and most of the time that takes is theirs, one by one.
 */
export class PayloadLines {
  readonly #start: string;
  #type: string | undefined;
  #middle = '';
  #attributes: string | undefined;
  #kept = -1;
  #all: number | undefined;
  #tail = '';

  constructor(source: string, collection: PayloadCollectionName) {
    this.#start = `","source":"${source}","type":"azureml.inference.${collection}","datacontenttype":"`;
  }

  /**
   * One event's line, newline included, as a byte string.
   *
   * @param attributes JSON of the message's own, as they follow others.
   * @param size bytes of the whole body, where that is known.
   */
  line(
    { id, time, exchange }: PayloadEnvelope,
    data: PlacedData,
    attributes: string,
    size: number | undefined,
    incomplete: Incomplete | undefined,
  ): string {
    const tail = this.#tailOf(attributes, data.size, size);
    const end =
      incomplete === undefined ? END : `"modelversion":"default","incomplete":"${incomplete}",${AGENT_END}`;
    return START + id + this.#middleOf(data.type) + time + dataJson(data) + tail + exchange + end;
  }

  #middleOf(type: string): string {
    if (type !== this.#type) {
      this.#type = type;
      this.#middle = encodeText(`${this.#start}${type}","time":"`);
    }
    return this.#middle;
  }

  /** @param kept bytes of the body. */
  #tailOf(attributes: string, kept: number, all: number | undefined): string {
    const isLast = attributes === this.#attributes && kept === this.#kept && all === this.#all;
    if (!isLast) {
      this.#attributes = attributes;
      this.#kept = kept;
      this.#all = all;
      this.#tail = `${attributes},"contentrange":"${contentRange(kept, all)}",`;
    }
    return this.#tail;
  }
}

const START = '{"specversion":"1.0","id":"';
const AGENT_END = `"agent":"${AGENT}"}\n`;
const END = encodeText(`"modelversion":"default",${AGENT_END}`);

function dataJson(data: PlacedData): string {
  switch (data.kind) {
    case 'inline':
      return `","data":${data.json}`;
    case 'dataref':
      return `","dataref":${encodeText(JSON.stringify(data.url))}`;
    case 'blob':
      return `","datainblob":"true","data":${encodeText(JSON.stringify(data.url))}`;
  }
}

/** As HTTP has it: the bytes that are here, of all that there were; `*` where nobody knows. */
function contentRange(kept: number, all: number | undefined): string {
  return kept === 0 ? `bytes */${all ?? '*'}` : `bytes 0-${kept - 1}/${all ?? '*'}`;
}
