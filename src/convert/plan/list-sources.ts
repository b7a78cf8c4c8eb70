import { MdcBridgeError } from '../../errors.js';
import { type DataPath, parseDataPath } from '../../legacy/data-path.js';
import type { MappingSettings } from '../../mapping/settings.js';
import { folderFilter } from '../folder-filter.js';
import { folderRange } from '../folder-range.js';
import { MappedList } from '../mapped-list.js';
import type { PackedList } from '../packed-list.js';
import type { LeftOut, LongList } from '../plan-file.js';
import type { RunOptions } from '../run-options.js';
import { type ReadableSource, sourceFilter } from '../source.js';
import type { Scratch } from './scratch.js';

/** A data file of the tree, before it is read. */
export interface ListedSource {
  /** Its name within the container. */
  readonly name: string;
  /** Its name as the storage lists it. */
  readonly object: string;
  readonly size: number;
  readonly etag: string;
  readonly path: DataPath;
}

export interface ListedTelemetry {
  readonly object: string;
  readonly size: number;
  readonly before: readonly string[];
}

export interface SourceListing {
  readonly sources: LongList<ListedSource>;
  readonly telemetry: LongList<ListedTelemetry>;
  readonly leftOut: readonly LeftOut[];
}

/** What the storage says of a source; the rest of it is in its name. */
type PackedSource = readonly [object: string, size: number, etag: string];

const MAX_EXAMPLES = 3;

/** All that lies in the tree: what is data, what is telemetry, and what is neither and why. The lists are in `scratch`. */
export async function listSources(
  source: ReadableSource,
  settings: Pick<MappingSettings, 'since' | 'until'>,
  { include = [], exclude = [], signal }: Pick<RunOptions, 'include' | 'exclude' | 'signal'>,
  scratch: Scratch,
): Promise<SourceListing> {
  const sources = scratch.list<PackedSource>();
  const telemetry = scratch.list<ListedTelemetry>();
  const leftOut = new LeftOutCounter();
  const inRange = folderRange(settings);
  const wanted = sourceFilter({ include, exclude });
  const asked = folderFilter({ ...settings, include, exclude });
  const descend =
    asked &&
    ((folder: string): boolean => {
      const name = source.prefix + folder;
      if (asked(name)) return true;
      leftOut.add('folder of a month or day that was not asked for (not listed)', name, 0);
      return false;
    });
  let entries = 0;
  let isOrdered = true;
  let before = '';
  for await (const entry of source.storage.list('', signal, descend)) {
    entries += 1;
    const name = source.prefix + entry.name;
    if ('oddity' in entry) {
      leftOut.add(ODDITIES[entry.oddity], name, 0);
      continue;
    }
    if (entry.archived === true) {
      leftOut.add(ARCHIVED, name, entry.size);
      continue;
    }
    const path = parseDataPath(name);
    if (path.kind === 'other') leftOut.add(path.why, name, entry.size);
    else if (!wanted(name)) leftOut.add('excluded by a pattern', name, entry.size);
    else if (path.kind === 'telemetry')
      telemetry.push({ object: entry.name, size: entry.size, before: path.before });
    else if (!inRange(path.date)) leftOut.add('outside the asked range of days', name, entry.size);
    else {
      isOrdered &&= compareBytes(before, entry.name) <= 0;
      before = entry.name;
      sources.push([entry.name, entry.size, entry.etag]);
    }
  }
  if (sources.length === 0) throw nothingToConvert(source, entries, leftOut.result());
  // A service may order rare characters otherwise, and the plan's order is the order of everything.
  const ordered = isOrdered ? sources : inOrder(sources, scratch);
  return {
    sources: new MappedList(ordered, (packed) => unpack(packed, source.prefix)),
    telemetry,
    leftOut: leftOut.result(),
  };
}

function unpack([object, size, etag]: PackedSource, prefix: string): ListedSource {
  const name = prefix + object;
  const path = parseDataPath(name);
  if (path.kind !== 'data') throw new RangeError(`${name} was data when it was listed`);
  return { name, object, size, etag, path };
}

/** Why a blob of the archive tier is left out: unlike what never is a source, it may be one once it is rehydrated. */
export const ARCHIVED = "archived (in the archive tier, which can't be read)";

const ODDITIES = {
  symlink: 'a symbolic link (not followed)',
  'name-not-utf8': 'a name that is not UTF-8',
  'not-a-file': 'not a regular file',
  'not-addressable': 'a name that no URL can hold (a backslash, or . or .. between slashes)',
} as const;

/** Names by their UTF-8 bytes; by code units, which is the same for all characters up to U+FFFF, where that will do. */
function compareBytes(a: string, b: string): number {
  if (!/[\ud800-\udfff]/.test(b) && !/[\ud800-\udfff]/.test(a)) return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Memory: all names, which no service has yet made necessary for a large tree. */
function inOrder(sources: PackedList<PackedSource>, scratch: Scratch): PackedList<PackedSource> {
  const ordered = scratch.list<PackedSource>();
  for (const source of [...sources].sort(([a], [b]) => compareBytes(a, b))) ordered.push(source);
  return ordered;
}

class LeftOutCounter {
  readonly #kinds = new Map<string, { why: string; count: number; bytes: number; examples: string[] }>();

  add(why: string, name: string, bytes: number): void {
    const kind = this.#kinds.get(why) ?? { why, count: 0, bytes: 0, examples: [] };
    this.#kinds.set(why, kind);
    kind.count += 1;
    kind.bytes += bytes;
    if (kind.examples.length < MAX_EXAMPLES) kind.examples.push(name);
  }

  result(): LeftOut[] {
    return [...this.#kinds.values()].sort((a, b) => b.count - a.count);
  }
}

function nothingToConvert(
  source: ReadableSource,
  entries: number,
  leftOut: readonly LeftOut[],
): MdcBridgeError {
  const place = { file: source.storage.url };
  if (entries === 0) {
    return new MdcBridgeError('source', 'SRC is empty, or is not there', {
      place,
      remedy: 'give the folder that holds a copy of the legacy container, such as ./modeldata',
    });
  }
  const why = leftOut.map((kind) => `${kind.count} ${kind.why}, such as ${kind.examples[0]}`).join('; ');
  return new MdcBridgeError('source', `SRC holds no data file of a legacy collector: ${why}`, {
    place,
    remedy:
      'a data file is {workspace}/{service}/{model}/{version}/{designation}/{yyyy}/{MM}/{dd}/{name}.csv; ' +
      'give the container, or say with --prefix what stands before SRC',
  });
}
