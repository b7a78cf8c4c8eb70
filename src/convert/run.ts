import { MdcBridgeError } from '../errors.js';
import { formatCollectionPath, instanceName } from '../event/event-path.js';
import type { MappingOptions } from '../mapping/settings.js';
import { refuseNesting } from '../storage/nesting.js';
import { openStorage, type StorageAddress } from '../storage/open-storage.js';
import { readWhole, type Storage, writeWhole } from '../storage/storage.js';
import { ConversionRun } from './conversion-run.js';
import { type ConvertTask, makeConvertTask } from './convert-task.js';
import { type DestinationState, inspectDestination } from './destination.js';
import { Journal } from './journal.js';
import type { MaxRejects } from './max-rejects.js';
import { type PlanOptions, planMigration } from './plan.js';
import type { Plan } from './plan-file.js';
import type { ConvertReport } from './report.js';
import type { RunOptions } from './run-options.js';
import { migrationFolder, openSource, type Source } from './source.js';
import { inCallingThread } from './worker-pool.js';

export interface ConvertOptions extends RunOptions, MappingOptions {
  /** A plan made earlier, perhaps edited; without it the tree is planned first. Excludes every mapping option. */
  readonly plan?: Plan;
  /** More rejected rows than this (`100`, `'0.5%'` of all rows) make the report say so; 0 unless told. */
  readonly maxRejects?: MaxRejects;
  /** Converts collections again whose columns or types differ from those of an earlier run. */
  readonly replan?: boolean;
  /** See `PlanOptions`. */
  readonly typesLike?: string;
  /** Told the plan before anything is written. */
  readonly onPlan?: (plan: Plan) => void;
}

/**
 * Converts a legacy tree into a v2 tree. Every source's files appear in one step; what is done is journalled, and a second run
 * does only what is left. Interrupted by its signal, it drops the sources in hand and reports what is done.
 *
 * @throws MdcBridgeError `usage`, `source`, `plan`, `plan-file`, `conflict` or `storage` (see `ErrorCode`).
 */
export async function convertTree(
  sourceUrl: StorageAddress,
  destinationUrl: StorageAddress,
  options: ConvertOptions = {},
): Promise<ConvertReport> {
  const { signal } = options;
  const source = await openSource(
    sourceUrl,
    options.plan === undefined ? options : placeOf(options.plan, options),
  );
  const destination = await openStorage(destinationUrl);
  await refuseNesting(source.storage.url, destination.url);
  const plan = options.plan ?? (await planMigration(sourceUrl, options satisfies PlanOptions));
  checkPlan(plan, source);
  options.onPlan?.(plan);
  const journal = await Journal.open(destination, source.id);
  if (options.replan !== true) {
    checkCollections(plan, journal);
    checkRange(plan, journal);
  }
  const state = await inspectDestination(destination, plan, journal, signal);
  const run = new ConversionRun(
    source,
    destination,
    journal,
    inCallingThread(options, sourceUrl, destinationUrl),
  );
  try {
    await writeIfChanged(destination, planName(source), `${JSON.stringify(plan, null, 1)}\n`);
    await claim(plan, journal);
    const tasks = plan.files.map((file) => makeConvertTask(plan, file));
    const left = tasks.filter((task) => !isDone(task, journal, state));
    await run.convert(left);
    await removeOrphans(destination, plan, tasks, journal, state);
    const report = run.report(plan, tasks, left.length, state);
    await writeReport(destination, source.id, report);
    return report;
  } finally {
    await destination.sweep();
  }
}

function planName({ id }: Source): string {
  return `${migrationFolder(id)}/plan.json`;
}

/** A plan knows its tree's place; options may only repeat it. */
function placeOf({ source }: Plan, options: RunOptions): Pick<RunOptions, 'prefix' | 'sourceName'> {
  return { prefix: options.prefix ?? source.prefix, sourceName: options.sourceName ?? source.container };
}

function checkPlan(plan: Plan, source: Source): void {
  if (plan.source.id === source.id && plan.source.prefix === source.prefix) return;
  throw new MdcBridgeError('plan-file', `the plan is of another tree: ${plan.source.url}`, {
    place: { file: source.storage.url },
    remedy: 'plan this tree, or convert the one that was planned',
  });
}

/** One column must have one type over the whole history, so a second run may not change it in passing. */
function checkCollections(plan: Plan, journal: Journal): void {
  const differing: string[] = [];
  for (const collection of plan.collections) {
    const path = formatCollectionPath(collection);
    const before = journal.collections.get(path);
    if (before === undefined) continue;
    const known = new Map(before);
    const now = new Map<string, string>(collection.columns.map(({ name, type }) => [name, type]));
    for (const name of new Set([...known.keys(), ...now.keys()])) {
      const [was = 'absent', is = 'absent'] = [known.get(name), now.get(name)];
      if (was !== is) differing.push(`${path}: ${name} was ${was}, is ${is}`);
    }
  }
  if (differing.length === 0) return;
  throw new MdcBridgeError(
    'conflict',
    `columns or types differ from those of an earlier run:\n  ${differing.join('\n  ')}`,
    {
      remedy: 'convert these collections again with --replan, or give the earlier plan with --plan',
    },
  );
}

/** Another range would take events away that an earlier run wrote. */
function checkRange({ settings }: Plan, journal: Journal): void {
  const { since, until } = settings;
  const before = journal.range;
  if (before === undefined || journal.sources.size === 0) return;
  if (before.since === since && before.until === until) return;
  throw new MdcBridgeError(
    'conflict',
    `an earlier run converted ${describeRange(before)}, this one asks for ${describeRange(settings)}: ` +
      'events outside of it would be removed',
    { remedy: 'convert everything again for this range with --replan, or convert it into another DEST' },
  );
}

function describeRange({ since, until }: { readonly since?: string; readonly until?: string }): string {
  if (since === undefined && until === undefined) return 'the whole history';
  return `the time from ${since ?? 'the beginning'} to ${until ?? 'the end'}`;
}

async function claim(plan: Plan, journal: Journal): Promise<void> {
  const instances = plan.files
    .map(({ source }) => instanceName(plan.source.container, source))
    .filter((instance) => !journal.instances.has(instance));
  const collections = plan.collections
    .map((collection) => ({
      kind: 'collection' as const,
      path: formatCollectionPath(collection),
      columns: collection.columns.map(({ name, type }) => [name, type] as const),
    }))
    .filter(({ path, columns }) => JSON.stringify(journal.collections.get(path)) !== JSON.stringify(columns));
  const { since, until } = plan.settings;
  const range = {
    kind: 'range' as const,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  const sameRange = journal.range?.since === since && journal.range?.until === until;
  await journal.append(
    ...collections,
    ...(journal.range !== undefined && sameRange ? [] : [range]),
    ...(instances.length === 0 ? [] : [{ kind: 'claim' as const, instances }]),
  );
}

/**
 * Removes what a killed run left visible of our sources: files that became visible without an entry, and those that an entry's
 * conversion no longer has. Only of sources that are done now, whose entry says what there should be.
 */
async function removeOrphans(
  destination: Storage,
  plan: Plan,
  tasks: readonly ConvertTask[],
  journal: Journal,
  { orphans }: DestinationState,
): Promise<void> {
  for (const { source, etag, fingerprint } of tasks) {
    const done = journal.sources.get(source);
    if (done?.etag !== etag || done.fingerprint !== fingerprint) continue;
    const kept = new Set(done.outputs.map(({ name }) => name));
    for (const name of orphans.get(instanceName(plan.source.container, source)) ?? []) {
      if (!kept.has(name)) await destination.remove(name);
    }
  }
}

/** Done is: journalled for this content and these decisions, and every output still there in its size. */
function isDone(task: ConvertTask, journal: Journal, state: DestinationState): boolean {
  const done = journal.sources.get(task.source);
  return (
    done !== undefined &&
    done.etag === task.etag &&
    done.size === task.size &&
    done.fingerprint === task.fingerprint &&
    done.outputs.every(({ name, size }) => name.startsWith('_migration/') || state.sizes.get(name) === size)
  );
}

async function writeReport(destination: Storage, sourceId: string, report: ConvertReport): Promise<void> {
  const { seconds: _seconds, converted: _converted, unchanged: _unchanged, ...lasting } = report;
  const name = `${migrationFolder(sourceId)}/report.json`;
  await writeIfChanged(destination, name, `${JSON.stringify(lasting, null, 1)}\n`);
}

/** A second run changes no byte, and no file's time either. */
async function writeIfChanged(storage: Storage, name: string, content: string): Promise<void> {
  if ((await readWhole(storage, name))?.equals(Buffer.from(content, 'utf8')) !== true) {
    await writeWhole(storage, name, content);
  }
}
