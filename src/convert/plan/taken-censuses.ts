import type { FileCensus } from '../census/file-census.js';
import { MappedList } from '../mapped-list.js';
import type { PackedList } from '../packed-list.js';
import type { LongList } from '../plan-file.js';
import type { CensusFacts } from './census-facts.js';
import type { ListedSource } from './list-sources.js';
import type { Scratch } from './scratch.js';

/** A source that was read. */
export interface CensusedSource extends ListedSource {
  readonly census: FileCensus;
}

/** What was read of all sources, in their order. */
export interface Censuses {
  readonly sources: LongList<CensusedSource>;
  /** The same as they were listed, which is quicker to read. */
  readonly listed: LongList<ListedSource>;
  readonly facts: CensusFacts;
  /** Those that are not among the sources, since they changed each time or are gone. */
  readonly restless: { readonly count: number; readonly bytes: number; readonly examples: readonly string[] };
}

/** A source may have changed since it was listed. */
export type SourceState = Pick<ListedSource, 'size' | 'etag'>;

export interface TakenCensus {
  readonly state: SourceState;
  readonly census: FileCensus;
}

/** The rest of a source is in the listing. */
type PackedCensus = readonly [size: number, etag: string, census: FileCensus];

const MAX_EXAMPLES = 3;

/** In the scratch as they come, which is nearly in order; read in order. */
export class TakenCensuses {
  readonly #sources: LongList<ListedSource>;
  readonly #packed: PackedList<PackedCensus>;
  /** For each source, 1 + its place in `#packed`; 0: it has none. */
  readonly #places: Uint32Array;

  constructor(sources: LongList<ListedSource>, scratch: Scratch) {
    this.#sources = sources;
    this.#packed = scratch.list<PackedCensus>();
    this.#places = new Uint32Array(sources.length);
  }

  add(index: number, { state, census }: TakenCensus): void {
    this.#packed.push([state.size, state.etag, census]);
    this.#places[index] = this.#packed.length;
  }

  /** `facts` are of all that were listed. */
  result(facts: CensusFacts): Censuses {
    const restless = { count: 0, bytes: 0, examples: [] as string[] };
    if (this.#packed.length === this.#sources.length) {
      const sources = new MappedList(this.#sources, (listed, index) => this.#censused(listed, index));
      return { sources, listed: this.#sources, facts, restless };
    }
    const taken = new Uint32Array(this.#packed.length);
    let length = 0;
    for (const [index, place] of this.#places.entries()) {
      if (place !== 0) {
        taken[length] = index;
        length += 1;
        continue;
      }
      const { object, size } = this.#listed(index);
      restless.count += 1;
      restless.bytes += size;
      if (restless.examples.length < MAX_EXAMPLES) restless.examples.push(object);
    }
    return {
      sources: new MappedList(taken, (index) => this.#censused(this.#listed(index), index)),
      listed: new MappedList(taken, (index) => this.#listed(index)),
      facts: facts.pick(taken),
      restless,
    };
  }

  #listed(index: number): ListedSource {
    const listed = this.#sources.at(index);
    if (listed === undefined) throw new RangeError(`no source has the index ${index}`);
    return listed;
  }

  #censused(listed: ListedSource, index: number): CensusedSource {
    const packed = this.#packed.at((this.#places[index] ?? 0) - 1);
    if (packed === undefined) throw new RangeError(`no census has the index ${index}`);
    const [size, etag, census] = packed;
    // As JSON an absent header is null.
    const names = census.names.map((line) => line ?? undefined);
    return { ...listed, size, etag, census: { ...census, names } };
  }
}
