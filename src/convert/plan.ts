import { MdcBridgeError } from '../errors.js';
import { MAPPING_VERSION } from '../event/collected-event.js';
import { formatCollectionPath } from '../event/event-path.js';
import { type MappingOptions, type MappingSettings, resolveSettings } from '../mapping/settings.js';
import type { StorageAddress } from '../storage/open-storage.js';
import { inTurns } from './in-turns.js';
import { PackedList } from './packed-list.js';
import { CollectionPlanner } from './plan/collections.js';
import { ColumnNaming } from './plan/column-naming.js';
import { type Days, judgeDays } from './plan/days.js';
import { type JudgedSource, judgedSources } from './plan/judged-sources.js';
import { listLeftOut } from './plan/left-out.js';
import { readLineage } from './plan/lineage.js';
import { listSources, type SourceListing } from './plan/list-sources.js';
import type { CollectionNames } from './plan/name-collections.js';
import { type NamedSources, nameSources } from './plan/name-sources.js';
import { Notes } from './plan/notes.js';
import { planFile } from './plan/plan-files.js';
import { Scratch } from './plan/scratch.js';
import { takeCensuses } from './plan/take-censuses.js';
import type { Censuses } from './plan/taken-censuses.js';
import { readTypesLike } from './plan/types-like.js';
import type { CollectionPlan, FilePlan, LongList, Plan, PlanSource } from './plan-file.js';
import type { RunOptions } from './run-options.js';
import { openSource, type ReadableSource } from './source.js';
import { inCallingThread, openPool, type Pool } from './worker-pool.js';

export interface PlanOptions extends MappingOptions, RunOptions {
  /** A v2 tree: where its events have a column, their type is the plan's. */
  readonly typesLike?: string;
}

/**
 * Reads every row of a legacy tree and decides what becomes of it; writes nothing.
 *
 * @param sourceUrl the container's copy, or a folder inside one.
 * @throws MdcBridgeError `source` if there is nothing to convert, `plan` if a person must decide something first.
 */
export async function planMigration(sourceUrl: StorageAddress, options: PlanOptions = {}): Promise<Plan> {
  const source = await openSource(sourceUrl, options);
  const pool = openPool(source, undefined, inCallingThread(options, sourceUrl).workers);
  try {
    return await planSource(source, options, pool);
  } finally {
    await pool.close();
  }
}

/**
 * `planMigration` of a source that is open, by a pool that goes on to convert it. What is known of every source lies in a
 * temporary folder meanwhile; memory: some numbers a source, what is known of a day, and the plan.
 */
export async function planSource(source: ReadableSource, options: PlanOptions, pool: Pool): Promise<Plan> {
  const settings = resolveSettings(options);
  const { signal } = options;
  const known = options.typesLike === undefined ? undefined : await readTypesLike(options.typesLike, options);
  const scratch = await Scratch.open();
  try {
    const listing = await listSources(source, settings, options, scratch);
    const judged = await readAndJudge(source, listing, settings, options, pool, scratch);
    const { names, lines, owners, files, days, restless } = judged;
    const planners = names.paths.map((path, c) => {
      const naming = new ColumnNaming(lines.of(c), settings.columns);
      return new CollectionPlanner(
        path,
        naming,
        settings,
        known?.get(formatCollectionPath(path)) ?? new Map(),
      );
    });
    const notes = new Notes(settings);
    const planned = await planFiles(files, names, planners, days, notes, signal);
    const collections = planners.map((planner) => planner.plan());
    refuseRowIdClash(collections, settings);
    return {
      kind: 'mdc-bridge plan',
      version: 1,
      mapping: MAPPING_VERSION,
      source: describeSource(source, options),
      settings,
      names: names.names,
      collections,
      files: planned,
      days: days.censuses,
      leftOut: listLeftOut(listing, restless),
      lineage: await readLineage(source.storage, listing.telemetry, owners),
      notes: notes.write(collections, days.censuses),
    };
  } finally {
    await scratch.close();
  }
}

type Judged = Pick<NamedSources, 'names' | 'lines' | 'owners'> &
  Pick<Censuses, 'restless'> & { readonly files: LongList<JudgedSource>; readonly days: Days };

/** Reads every row, and judges each source by what all of them show: what that took of memory is free again afterwards. */
async function readAndJudge(
  source: ReadableSource,
  listing: SourceListing,
  settings: MappingSettings,
  options: RunOptions,
  pool: Pool,
  scratch: Scratch,
): Promise<Judged> {
  const censuses = await takeCensuses(source, listing.sources, settings, options, pool, scratch);
  const { names, headers, lines, days, owners } = await nameSources(censuses, settings, options.signal);
  const files = judgedSources(censuses.sources, names, headers);
  const { restless } = censuses;
  return {
    names,
    lines,
    owners,
    files,
    restless,
    days: await judgeDays(days, files, settings, options.signal),
  };
}

/** With the patterns, so that a source which came later can be told from one that was not asked for. */
function describeSource(
  { storage, container, prefix, id }: ReadableSource,
  { include = [], exclude = [] }: PlanOptions,
): PlanSource {
  return {
    url: storage.url,
    container,
    prefix,
    id,
    ...(include.length === 0 ? {} : { include: [...include] }),
    ...(exclude.length === 0 ? {} : { exclude: [...exclude] }),
  };
}

async function planFiles(
  files: LongList<JudgedSource>,
  names: CollectionNames,
  planners: readonly CollectionPlanner[],
  { explode, pair }: Days,
  notes: Notes,
  signal: AbortSignal | undefined,
): Promise<LongList<FilePlan>> {
  const planned = new PackedList<FilePlan>();
  for await (const [index, file] of inTurns(files, signal)) {
    const collection = names.collectionOf(index);
    const planner = planners[collection];
    if (planner === undefined) throw new RangeError(`no collection ${collection}`);
    const shapes = planner.add(file, explode.get(index));
    planned.push(
      planFile(file, {
        name: names.nameOf(index),
        collection,
        shapes,
        explode: explode.get(index),
        pair: pair.get(index),
        unnamedRows: planner.unnamedRows(file, shapes),
      }),
    );
    notes.add(file);
  }
  return planned;
}

function refuseRowIdClash(collections: readonly CollectionPlan[], { rowId }: MappingSettings): void {
  if (rowId === undefined) return;
  const lower = rowId.name.toLowerCase();
  const clash = collections.find(({ columns }) => columns.some(({ name }) => name.toLowerCase() === lower));
  if (clash === undefined) return;
  throw new MdcBridgeError('plan', `${formatCollectionPath(clash)} has a column ${rowId.name} of its own`, {
    remedy: `give the row id another name: --row-id other_name=${rowId.by}`,
  });
}
