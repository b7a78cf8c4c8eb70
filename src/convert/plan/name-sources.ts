import { collectionNameOf } from '../../mapping/names.js';
import type { MappingSettings } from '../../mapping/settings.js';
import { inTurns } from '../in-turns.js';
import { MappedList } from '../mapped-list.js';
import type { Identity } from '../plan-file.js';
import type { CensusFacts } from './census-facts.js';
import { dayOf } from './days.js';
import { Groups } from './groups.js';
import { HeaderLinesCount } from './header-lines-count.js';
import { HeaderJudge } from './header-verdicts.js';
import { type IdentifiedSource, IdentityFinder } from './identities.js';
import type { ListedSource } from './list-sources.js';
import { CollectionNames } from './name-collections.js';
import { CopyFinder } from './refuse-copies.js';
import type { Censuses } from './taken-censuses.js';

/** What has to be known of all sources before any of them can be judged. */
export interface NamedSources {
  readonly names: CollectionNames;
  readonly headers: HeaderJudge;
  readonly lines: HeaderLinesCount;
  /** See `dayOf`. */
  readonly days: Groups;
  /** Folders before a designation, joined by `/` → whose the sources in them are. */
  readonly owners: ReadonlyMap<string, Identity>;
}

/** Stops if a source can't be attributed, is there twice, or would meet another's in a collection. */
export async function nameSources(
  { listed, facts }: Censuses,
  settings: MappingSettings,
  signal: AbortSignal | undefined,
): Promise<NamedSources> {
  const identities = new IdentityFinder(listed, facts, settings);
  const copies = new CopyFinder(listed.length);
  const names = new CollectionNames(listed.length, settings);
  const days = new Groups(listed.length);
  const owners = new Map<string, Identity>();
  for await (const [index, source] of inTurns(listed, signal)) {
    const identified = identify(source, identities.find(source, index));
    copies.add(identified);
    names.add(identified);
    days.add(dayOf(identified));
    owners.set(source.path.before.join('/'), identified.identity);
  }
  identities.finish();
  copies.finish(new MappedList(listed, (source, i) => identify(source, names.entryOf(i))));
  names.finish();
  const headers = countNumbered(names, facts, listed.length, settings);
  return { names, headers, lines: countLines(names, facts, listed.length, headers), days, owners };
}

function identify(source: ListedSource, { workspace, service, model, version }: Identity): IdentifiedSource {
  const { designation } = source.path.designation;
  return {
    ...source,
    identity: { workspace, service, model, version },
    designation,
    collectionName: collectionNameOf(designation, source.path.file),
  };
}

function countNumbered(
  names: CollectionNames,
  facts: CensusFacts,
  length: number,
  settings: MappingSettings,
): HeaderJudge {
  const headers = new HeaderJudge(settings);
  for (let i = 0; i < length; i += 1) headers.count(names.collectionOf(i), facts.looks(i));
  return headers;
}

function countLines(
  names: CollectionNames,
  facts: CensusFacts,
  length: number,
  headers: HeaderJudge,
): HeaderLinesCount {
  const lines = new HeaderLinesCount();
  for (let i = 0; i < length; i += 1) {
    const collection = names.collectionOf(i);
    const misread = !facts.isHeaderGiven(i) && headers.isMisread(collection, facts.looks(i));
    const written = facts.names(i).filter((line) => line !== undefined);
    lines.add(collection, misread ? written.slice(1) : written);
  }
  return lines;
}
