import type { BlobTarget } from '../delivery/batch.js';
import { type RollingRate, rollingFolder } from '../events/rolling-folder.js';

/** When an event was, and where it stands. */
export interface EventPlace {
  /** RFC 3339 in milliseconds. */
  readonly time: string;
  /** Of the raw files. */
  readonly folder: string;
  /** Of the events. */
  readonly file: BlobTarget;
}

/** Places of events; the last one's is kept, since many share their millisecond. */
export class EventPlaces {
  readonly #root: string;
  readonly #rate: RollingRate;
  readonly #instance: string;
  #time = Number.NaN;
  #last: EventPlace = { time: '', folder: '', file: { name: '' } };

  /** @param root `''`, or ends with `/`. */
  constructor(root: string, rate: RollingRate, instance: string) {
    this.#root = root;
    this.#rate = rate;
    this.#instance = instance;
  }

  /**
   * @param time ms since 1970
   * @throws RangeError for what is none.
   */
  at(time: number): EventPlace {
    if (time !== this.#time) {
      this.#last = this.#placeAt(new Date(time).toISOString());
      this.#time = time;
    }
    return this.#last;
  }

  /** A file's events share its target. */
  #placeAt(time: string): EventPlace {
    const folder = this.#root + rollingFolder(time, this.#rate);
    if (folder === this.#last.folder) return { ...this.#last, time };
    return { time, folder, file: { name: `${folder}/${this.#instance}.jsonl` } };
  }
}
