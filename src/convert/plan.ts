import { MdcBridgeError } from '../errors.js';
import { MAPPING_VERSION } from '../event/collected-event.js';
import { formatCollectionPath } from '../event/event-path.js';
import { type MappingOptions, type MappingSettings, resolveSettings } from '../mapping/settings.js';
import type { StorageAddress } from '../storage/open-storage.js';
import { type PlannedCollection, planCollection } from './plan/collections.js';
import { type Day, judgeDays } from './plan/days.js';
import { type JudgedSource, judgeHeaders } from './plan/header-verdicts.js';
import { type IdentifiedSource, identifySources, identityKey } from './plan/identities.js';
import { listLeftOut } from './plan/left-out.js';
import { readLineage } from './plan/lineage.js';
import { listSources } from './plan/list-sources.js';
import { type NamedCollections, nameCollections } from './plan/name-collections.js';
import { writeNotes } from './plan/notes.js';
import { refuseCopies } from './plan/refuse-copies.js';
import { takeCensuses } from './plan/take-censuses.js';
import { readTypesLike } from './plan/types-like.js';
import type { CollectionPlan, FilePlan, Plan, PlanSource, RowShape } from './plan-file.js';
import type { RunOptions } from './run-options.js';
import { openSource, type Source } from './source.js';
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

/** `planMigration` of a source that is open, by a pool that goes on to convert it. */
export async function planSource(source: Source, options: PlanOptions, pool: Pool): Promise<Plan> {
  const settings = resolveSettings(options);
  const known = options.typesLike === undefined ? undefined : await readTypesLike(options.typesLike, options);
  const listing = await listSources(source, settings, options);
  const { censused, restless } = await takeCensuses(source, listing.sources, settings, options, pool);
  const identified = identifySources(censused, settings);
  refuseCopies(identified);
  const naming = nameCollections(identified, settings);
  const files = judgeByCollection(identified, naming, settings);
  const days = judgeDays(files, settings);
  const explode = new Map(days.flatMap((day) => [...day.explode]));
  const planned = naming.paths.map((path, c) => {
    const members = membersOf(naming, c);
    const types = known?.get(formatCollectionPath(path)) ?? new Map();
    return planCollection(
      path,
      pick(files, members),
      members.map((i) => explode.get(i)),
      settings,
      types,
    );
  });
  refuseRowIdClash(planned, settings);
  const collections = planned.map(({ plan }) => plan);
  const dayCensuses = days.map(({ census }) => census);
  return {
    kind: 'mdc-bridge plan',
    version: 1,
    mapping: MAPPING_VERSION,
    source: describeSource(source, options),
    settings,
    names: naming.names,
    collections,
    files: planFiles(files, naming, planned, days, explode),
    days: dayCensuses,
    leftOut: listLeftOut(listing, restless),
    lineage: await readLineage(source.storage, listing.telemetry, identified),
    notes: writeNotes(files, collections, dayCensuses, settings),
  };
}

/** With the patterns, so that a source which came later can be told from one that was not asked for. */
function describeSource(
  { storage, container, prefix, id }: Source,
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

function membersOf({ pathOf }: NamedCollections, collection: number): number[] {
  return [...pathOf.keys()].filter((i) => pathOf[i] === collection);
}

function pick<T>(items: readonly T[], indexes: readonly number[]): T[] {
  return indexes.map((i) => items[i]).filter((item) => item !== undefined);
}

function judgeByCollection(
  files: readonly IdentifiedSource[],
  naming: NamedCollections,
  settings: MappingSettings,
): JudgedSource[] {
  const judged: JudgedSource[] = [];
  for (const c of naming.paths.keys()) {
    const members = membersOf(naming, c);
    judgeHeaders(pick(files, members), settings).forEach((file, n) => {
      judged[members[n] ?? 0] = file;
    });
  }
  return judged;
}

function planFiles(
  files: readonly JudgedSource[],
  naming: NamedCollections,
  planned: readonly PlannedCollection[],
  days: readonly Day[],
  explode: ReadonlyMap<number, number>,
): FilePlan[] {
  const place = new Map(
    naming.paths.flatMap((_, c) => membersOf(naming, c).map((i, n) => [i, planned[c]?.shapes[n]])),
  );
  const pairs = new Map(days.flatMap((day) => [...day.pair]));
  return files.map((file, i) => {
    const variants = planned[naming.pathOf[i] ?? 0]?.plan.variants ?? {};
    return planFile(file, naming, i, place.get(i) ?? [], variants, explode.get(i), pairs.get(i));
  });
}

function planFile(
  file: JudgedSource,
  { nameOf, pathOf }: NamedCollections,
  index: number,
  shapes: readonly RowShape[],
  variants: CollectionPlan['variants'],
  explode: number | undefined,
  pair: FilePlan['pair'],
): FilePlan {
  const { census, path } = file;
  const width = explode === undefined ? unnamedRows(file, shapes, variants) : 0;
  return {
    source: file.name,
    size: file.size,
    etag: file.etag,
    name: nameOf[index] ?? 0,
    collection: pathOf[index] ?? 0,
    date: path.date,
    ...(path.hour === undefined ? {} : { hour: path.hour }),
    header: file.header,
    shapes,
    ...(explode === undefined ? {} : { explode }),
    ...(pair === undefined ? {} : { pair }),
    counts: {
      lines: census.lines,
      headers: census.headers,
      blanks: census.blanks,
      rows: census.rows,
      correlated: census.correlated,
      calls: census.calls,
      rejected: { ...(width === 0 ? {} : { width }), ...census.rejected },
      otherIdentity: census.identities
        .filter(({ identity }) => identityKey(identity) !== identityKey(file.identity))
        .reduce((sum, { rows }) => sum + rows, 0),
      bom: census.bom,
    },
    recurring: census.recurring,
    ...(census.interrupted === 0 && census.recurring.length === 0 ? { adjacent: true } : {}),
    ...(census.splits === undefined ? {} : { splits: census.splits }),
    ...(census.firstTime === undefined ? {} : { firstTime: census.firstTime }),
    ...(census.lastTime === undefined ? {} : { lastTime: census.lastTime }),
  };
}

function unnamedRows(
  { census }: JudgedSource,
  shapes: readonly RowShape[],
  variants: CollectionPlan['variants'],
): number {
  const named = new Set(shapes.map(({ header, width }) => `${header} ${width}`));
  const unnamed = census.shapes.filter(
    ({ header, width }) => !named.has(`${header} ${width}`) && variants[String(width)] === undefined,
  );
  return unnamed.reduce((sum, { rows }) => sum + rows, 0);
}

function refuseRowIdClash(planned: readonly PlannedCollection[], { rowId }: MappingSettings): void {
  if (rowId === undefined) return;
  const lower = rowId.name.toLowerCase();
  const clash = planned.find(({ plan }) => plan.columns.some(({ name }) => name.toLowerCase() === lower));
  if (clash === undefined) return;
  throw new MdcBridgeError(
    'plan',
    `${formatCollectionPath(clash.plan)} has a column ${rowId.name} of its own`,
    {
      remedy: `give the row id another name: --row-id other_name=${rowId.by}`,
    },
  );
}
