import type { Storage } from '../../storage/storage.js';
import { readRange } from './read-range.js';

/** So much is read at once: what is asked for next mostly stands behind. */
const WINDOW_BYTES: number = 256 * 1024;
/** Objects that are read by turns: as many as processes write one hour. */
const MAX_WINDOWS = 16;

interface Window {
  readonly start: number;
  readonly bytes: Buffer;
}

/** Small ranges of some objects, mostly in their order, without a read for each. Memory: a window of each of 16 objects. */
export class ReadWindows {
  readonly #storage: Storage;
  /** The least recently used first. */
  readonly #windows = new Map<string, Window>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** `size`: of the whole object. */
  async read(name: string, start: number, end: number, size: number): Promise<Buffer> {
    const known = this.#windows.get(name);
    const isThere = known !== undefined && start >= known.start && end <= known.start + known.bytes.length;
    const window = isThere
      ? known
      : await this.#open(name, start, Math.max(end, Math.min(size, start + WINDOW_BYTES)));
    this.#windows.delete(name);
    this.#windows.set(name, window);
    const [oldest = name] = this.#windows.keys();
    if (this.#windows.size > MAX_WINDOWS) this.#windows.delete(oldest);
    return window.bytes.subarray(start - window.start, end - window.start);
  }

  async #open(name: string, start: number, end: number): Promise<Window> {
    return { start, bytes: await readRange(this.#storage, name, start, end) };
  }
}
