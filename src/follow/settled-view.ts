import type { ReadableSource } from '../convert/source.js';
import type { ListedOddity, ReadRange, Storage, StoredObject } from '../storage/storage.js';

/**
 * A legacy tree as far as it has settled: what is planned is what is converted. `ends`: object → where it ends for now, if not at
 * its end; 0 leaves it out.
 */
export class SettledView {
  readonly url: string;
  readonly #storage: Storage;
  readonly #ends: ReadonlyMap<string, number>;
  readonly #only: readonly StoredObject[] | undefined;

  /** `only`: these objects, in their order, in place of a listing. */
  constructor(storage: Storage, ends: ReadonlyMap<string, number>, only?: readonly StoredObject[]) {
    this.url = storage.url;
    this.#storage = storage;
    this.#ends = ends;
    this.#only = only;
  }

  async *list(
    prefix: string,
    signal?: AbortSignal,
    wanted?: (folder: string) => boolean,
  ): AsyncGenerator<StoredObject | ListedOddity, void, void> {
    for await (const entry of this.#only ?? this.#storage.list(prefix, signal, wanted)) {
      const settled = 'oddity' in entry ? entry : this.#settled(entry);
      if (settled !== undefined) yield settled;
    }
  }

  async stat(name: string): Promise<StoredObject | undefined> {
    const found = await this.#storage.stat(name);
    return found === undefined ? undefined : this.#settled(found);
  }

  read(name: string, range?: ReadRange, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    return this.#storage.read(name, range, signal);
  }

  #settled(object: StoredObject): StoredObject | undefined {
    const end = this.#ends.get(object.name);
    if (end === undefined) return object;
    return end === 0 ? undefined : { ...object, size: Math.min(end, object.size) };
  }
}

/** The source, seen so. */
export function settledSource(
  source: ReadableSource & { readonly storage: Storage },
  ends: ReadonlyMap<string, number>,
  only?: readonly StoredObject[],
): ReadableSource {
  return { ...source, storage: new SettledView(source.storage, ends, only) };
}
