import type { Storage, StoredObject } from '../../storage/storage.js';
import { HourFile } from './hour-file.js';

/** So many files hold lines that were read ahead; a source that jumps between more hours than this reads them again. */
const MAX_READ_AHEAD = 48;

/** The event files of one source, by name. */
export class HourFiles {
  readonly #files: ReadonlyMap<string, HourFile>;
  /** Files that were asked for an event. */
  readonly #asked = new Set<HourFile>();
  /** Least recently used first. */
  readonly #recent = new Set<HourFile>();

  constructor(storage: Storage, objects: readonly StoredObject[], signal?: AbortSignal) {
    this.#files = new Map(objects.map((object) => [object.name, new HourFile(storage, object, signal)]));
  }

  /** Absent: the destination has no such file. */
  get(name: string): HourFile | undefined {
    const file = this.#files.get(name);
    if (file === undefined) return undefined;
    this.#asked.add(file);
    if (this.#files.size <= MAX_READ_AHEAD) return file;
    this.#recent.delete(file);
    this.#recent.add(file);
    if (this.#recent.size > MAX_READ_AHEAD) {
      const [oldest = file] = this.#recent;
      this.#recent.delete(oldest);
      oldest.rest();
    }
    return file;
  }

  /** All files, in the order in which they were given, each with whether any row of the source belongs there. */
  *all(): Generator<{ readonly file: HourFile; readonly isExpected: boolean }, void, void> {
    for (const file of this.#files.values()) yield { file, isExpected: this.#asked.has(file) };
  }
}
