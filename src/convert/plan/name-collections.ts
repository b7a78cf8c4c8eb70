import { MdcBridgeError } from '../../errors.js';
import { type CollectionPath, formatCollectionPath } from '../../event/event-path.js';
import { mapNames } from '../../mapping/names.js';
import type { MappingSettings } from '../../mapping/settings.js';
import type { NameEntry } from '../plan-file.js';
import { type IdentifiedSource, identityKey } from './identities.js';

export interface NamedCollections {
  readonly names: readonly NameEntry[];
  /** For each source, its entry in `names`. */
  readonly nameOf: readonly number[];
  readonly paths: readonly CollectionPath[];
  /** For each source, its collection in `paths`. */
  readonly pathOf: readonly number[];
}

/** Identity → endpoint, deployment and collection; stops where two identities would meet in one collection. */
export function nameCollections(
  sources: readonly IdentifiedSource[],
  settings: MappingSettings,
): NamedCollections {
  const names = new Table<NameEntry>();
  const paths = new Table<CollectionPath>();
  const nameOf: number[] = [];
  const pathOf: number[] = [];
  for (const { identity, designation, collectionName } of sources) {
    const legacy = { ...identity, designation, collectionName };
    const mapped = mapNames(legacy, settings);
    nameOf.push(
      names.index(`${identityKey(identity)}\0${designation}\0${collectionName}`, { ...legacy, ...mapped }),
    );
    pathOf.push(paths.index(formatCollectionPath(mapped), mapped));
  }
  refuseMeetings(names.items, settings);
  return { names: names.items, nameOf, paths: paths.items, pathOf };
}

class Table<T> {
  readonly items: T[] = [];
  readonly #indexes = new Map<string, number>();

  index(key: string, item: T): number {
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    this.#indexes.set(key, this.items.length);
    this.items.push(item);
    return this.items.length - 1;
  }
}

/** Different designations may meet only where `--map` says so. */
function refuseMeetings(names: readonly NameEntry[], settings: MappingSettings): void {
  const seen = new Map<string, NameEntry>();
  const clashes: string[] = [];
  for (const entry of names) {
    const path = formatCollectionPath(entry);
    const other = seen.get(path);
    seen.set(path, other ?? entry);
    if (other === undefined) continue;
    const mapped =
      Object.hasOwn(settings.map, entry.designation) || Object.hasOwn(settings.map, other.designation);
    if (identityKey(entry) === identityKey(other) && mapped) continue;
    clashes.push(`${path}: ${describe(other)} and ${describe(entry)}`);
  }
  if (clashes.length === 0) return;
  throw new MdcBridgeError(
    'plan',
    `two identities would meet in one collection:\n  ${clashes.join('\n  ')}`,
    {
      remedy:
        "tell them apart with --endpoint or --deployment templates, such as --endpoint '{ws}-{service}', or --exclude one",
    },
  );
}

function describe({ workspace, service, model, version, designation, collectionName }: NameEntry): string {
  return [workspace, service, model, version, designation, collectionName]
    .filter((part) => part !== '')
    .join('/');
}
