import { MappedList } from '../mapped-list.js';
import type { HeaderVerdict, Identity, LongList } from '../plan-file.js';
import type { HeaderJudge } from './header-verdicts.js';
import type { CollectionNames } from './name-collections.js';
import type { CensusedSource } from './taken-censuses.js';

/** A source of which it is known whose it is, and whether its first line is a header; its census says so too. */
export interface JudgedSource extends CensusedSource {
  readonly identity: Identity;
  readonly designation: string;
  readonly header: HeaderVerdict;
}

/** The sources as they are read from here on. */
export function judgedSources(
  sources: LongList<CensusedSource>,
  names: CollectionNames,
  headers: HeaderJudge,
): LongList<JudgedSource> {
  return new MappedList(sources, (source, index) => {
    const { workspace, service, model, version, designation } = names.entryOf(index);
    return {
      ...source,
      identity: { workspace, service, model, version },
      designation,
      ...headers.judge(source.name, names.collectionOf(index), source.census),
    };
  });
}
