import type { MappingSettings } from '../../mapping/settings.js';
import type { CensusTask, FileCensus } from '../census/file-census.js';
import { MappedList } from '../mapped-list.js';
import type { PackedList } from '../packed-list.js';
import type { LongList } from '../plan-file.js';
import { CensusFacts } from './census-facts.js';
import { ownIdentity } from './identities.js';
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
  readonly #facts: CensusFacts;
  readonly #settings: MappingSettings;
  readonly #packed: PackedList<PackedCensus>;
  /** For each source, 1 + its place in `#packed`; 0: it has none. */
  readonly #places: Uint32Array;

  constructor(sources: LongList<ListedSource>, settings: MappingSettings, scratch: Scratch) {
    this.#sources = sources;
    this.#settings = settings;
    this.#facts = new CensusFacts(sources.length);
    this.#packed = scratch.list<PackedCensus>();
    this.#places = new Uint32Array(sources.length);
  }

  add(index: number, task: CensusTask, taken: TakenCensus | undefined): void {
    if (taken === undefined) return;
    const listed = this.#listed(index);
    const { state, census } = taken;
    const own = ownIdentity(listed, census, this.#settings);
    this.#facts.add(index, census, own, task.header !== 'auto');
    this.#packed.push([state.size, state.etag, census]);
    this.#places[index] = this.#packed.length;
  }

  result(): Censuses {
    const isTaken = (index: number): boolean => this.#places[index] !== 0;
    const indexes = this.#places.map((_, index) => index);
    const taken = indexes.filter(isTaken);
    const restless = { count: 0, bytes: 0, examples: [] as string[] };
    for (const index of taken.length === indexes.length ? [] : indexes.filter((i) => !isTaken(i))) {
      const { object, size } = this.#listed(index);
      restless.count += 1;
      restless.bytes += size;
      if (restless.examples.length < MAX_EXAMPLES) restless.examples.push(object);
    }
    return {
      sources: new MappedList(taken, (index) => this.#censused(index)),
      listed: new MappedList(taken, (index) => this.#listed(index)),
      facts: restless.count === 0 ? this.#facts : this.#facts.pick(taken),
      restless,
    };
  }

  #listed(index: number): ListedSource {
    const listed = this.#sources.at(index);
    if (listed === undefined) throw new RangeError(`no source has the index ${index}`);
    return listed;
  }

  #censused(index: number): CensusedSource {
    const packed = this.#packed.at((this.#places[index] ?? 0) - 1);
    if (packed === undefined) throw new RangeError(`no census has the index ${index}`);
    const [size, etag, census] = packed;
    // As JSON an absent header is null.
    const names = census.names.map((line) => line ?? undefined);
    return { ...this.#listed(index), size, etag, census: { ...census, names } };
  }
}
