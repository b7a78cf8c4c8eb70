import { MdcBridgeError } from '../../errors.js';
import { type CollectionPath, formatCollectionPath } from '../../event/event-path.js';
import { mapNames } from '../../mapping/names.js';
import type { MappingSettings } from '../../mapping/settings.js';
import type { NameEntry } from '../plan-file.js';
import { type IdentifiedSource, identityKey } from './identities.js';
import { Table } from './table.js';

/** Identity → endpoint, deployment and collection. */
export class CollectionNames {
  readonly #settings: MappingSettings;
  readonly #names = new Table<NameEntry>();
  readonly #paths = new Table<CollectionPath>();
  /** For each source, its entry in `names`. */
  readonly #nameOf: Uint32Array;
  /** For each name, its collection in `paths`. */
  readonly #pathOf: number[] = [];
  #length = 0;

  /** Of so many sources. */
  constructor(length: number, settings: MappingSettings) {
    this.#nameOf = new Uint32Array(length);
    this.#settings = settings;
  }

  get names(): readonly NameEntry[] {
    return this.#names.items;
  }

  get paths(): readonly CollectionPath[] {
    return this.#paths.items;
  }

  /** The next source. */
  add({ identity, designation, collectionName }: IdentifiedSource): void {
    const legacy = { ...identity, designation, collectionName };
    const key = `${identityKey(identity)}\0${designation}\0${collectionName}`;
    this.#nameOf[this.#length] = this.#names.indexOf(key, () => {
      const mapped = mapNames(legacy, this.#settings);
      this.#pathOf.push(this.#paths.indexOf(formatCollectionPath(mapped), () => mapped));
      return { ...legacy, ...mapped };
    });
    this.#length += 1;
  }

  /** Stops where two identities would meet in one collection. */
  finish(): void {
    refuseMeetings(this.names, this.#settings);
  }

  /** A source's entry in `names`. */
  nameOf(source: number): number {
    return this.#nameOf[source] ?? 0;
  }

  /** A source's collection in `paths`. */
  collectionOf(source: number): number {
    return this.#pathOf[this.nameOf(source)] ?? 0;
  }

  /** Of a source. */
  entryOf(source: number): NameEntry {
    const entry = this.names[this.nameOf(source)];
    if (entry === undefined) throw new RangeError(`source ${source} has no name`);
    return entry;
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
