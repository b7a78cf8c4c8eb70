import { abortedError, MdcBridgeError, throwIfAborted } from '../errors.js';
import { formatCollectionPath, instanceName } from '../event/event-path.js';
import type { StoredObject } from '../storage/storage.js';
import type { FilePlan } from './plan-file.js';
import type { RunOptions } from './run-options.js';
import { migrationFolder, sourceFilter } from './source.js';
import { CallMatch } from './trace/call-match.js';
import type { CallTrace, TracedCollection, TracedEvent, TracedRow } from './trace/call-trace.js';
import { containsBytes } from './trace/contains-bytes.js';
import { callsOf, type FoundEvent, isLive } from './trace/found-event.js';
import { settleFates } from './trace/settle-fates.js';
import { describeEvent, findEvents } from './trace/trace-events.js';
import { type PlacedRow, traceSource } from './trace/trace-source.js';
import { journalledSources } from './verify/journalled-sources.js';
import { listDestination } from './verify/list-trees.js';
import { LiveListing } from './verify/live-listing.js';
import { openPlannedTree, type PlannedTree } from './verify/planned-tree.js';
import { makeVerifyTask, type VerifyTask } from './verify/verify-task.js';

export type { CallTrace, RowFate, TracedCollection, TracedEvent, TracedRow } from './trace/call-trace.js';

/** How to run; nothing more can be asked. */
export type TraceOptions = RunOptions;

/**
 * One call as it stands in both trees: its CSV rows and its events. Both trees are searched for the id's bytes, and only the
 * files that hold them are parsed.
 *
 * @param id an event's id, an event's correlationid (with or without `.k` and `.r{offset}`), a call's correlation id, or the
 *   caller's own part of it (`{user}` of `{user}-{uuid4}`). Nothing found: the lists are empty.
 * @throws MdcBridgeError `conflict` if the destination holds no plan of this source; `usage`, `storage`, `aborted`.
 */
export async function traceCall(
  id: string,
  source: string,
  destination: string,
  options: TraceOptions = {},
): Promise<CallTrace> {
  if (id === '') throw new MdcBridgeError('usage', 'an empty id names no call');
  const tree = await openPlannedTree(source, destination, options);
  try {
    return await new Search(tree, options, id).run();
  } catch (error) {
    if (options.signal?.aborted === true) throw abortedError(options.signal);
    throw error;
  }
}

class Search {
  readonly #tree: PlannedTree;
  readonly #options: TraceOptions;
  readonly #id: string;

  constructor(tree: PlannedTree, options: TraceOptions, id: string) {
    this.#tree = tree;
    this.#options = options;
    this.#id = id;
  }

  async run(): Promise<CallTrace> {
    const tasks = await this.#tasks();
    let match = new CallMatch(this.#id);
    let events = await this.#findEvents(tasks, match.shortest);
    const own = events.find(({ event }) => event.values['id'] === this.#id);
    const correlationId = own?.event.values['correlationid'];
    // An event's id is a hash: its rows, and the call's events elsewhere, are found by its correlationid.
    if (typeof correlationId === 'string' && correlationId !== this.#id) {
      match = new CallMatch(correlationId);
      events = await this.#findEvents(tasks, match.shortest);
    }
    const rows = await this.#findRows(tasks, match, new Set(events.map(({ task }) => task)));
    return this.#describe(tasks, match, rows, events);
  }

  async #tasks(): Promise<VerifyTask[]> {
    const { plan, destination } = this.#tree;
    const { signal } = this.#options;
    const { outputs, others } = await listDestination(destination, plan, signal);
    const journalled = await journalledSources(destination, plan.source.id);
    const live = await LiveListing.open(plan, journalled, others, destination, signal);
    const isWanted = sourceFilter(this.#options);
    const files = plan.files.values().filter(({ source }) => isWanted(source));
    const taskOf = (file: FilePlan, index: number): VerifyTask =>
      makeVerifyTask(file, {
        plan,
        index,
        migration: migrationFolder(plan.source.id),
        outputs: outputs.get(instanceName(plan.source.container, file.source)) ?? [],
        destinationUrl: destination.url,
        maxFindings: 0,
      });
    return files
      .map((file, index) => live.addTo(taskOf(file, index), file, (other) => taskOf(other, index)))
      .toArray();
  }

  async #findEvents(tasks: readonly VerifyTask[], text: string): Promise<FoundEvent[]> {
    const { destination } = this.#tree;
    const { signal } = this.#options;
    const needle = JSON.stringify(text).slice(1, -1);
    const found: FoundEvent[] = [];
    const search = async (task: VerifyTask, object: StoredObject): Promise<void> => {
      throwIfAborted(signal);
      if (!(await containsBytes(destination, object.name, Buffer.from(needle), signal))) return;
      const events = await findEvents(destination, object, needle, signal);
      found.push(...events.map((event) => ({ task, object: object.name, event })));
    };
    for (const task of tasks) for (const object of task.outputs) await search(task, object);
    const searched = new Set<string>();
    for (const task of tasks) {
      for (const object of task.live?.objects ?? []) {
        if (!searched.has(object.name)) await search(task, object);
        searched.add(object.name);
      }
    }
    return found;
  }

  /** `known`: sources whose rows need not hold the id, because their events do (uncorrelated and inferred ones). */
  async #findRows(
    tasks: readonly VerifyTask[],
    match: CallMatch,
    known: ReadonlySet<VerifyTask>,
  ): Promise<Map<VerifyTask, readonly PlacedRow[]>> {
    const { source } = this.#tree;
    const { signal } = this.#options;
    const needle = Buffer.from(match.shortest.replaceAll('"', '""'));
    const rows = new Map<VerifyTask, readonly PlacedRow[]>();
    for (const task of tasks) {
      throwIfAborted(signal);
      if ((await source.stat(task.object)) === undefined) continue;
      if (!known.has(task) && !(await containsBytes(source, task.object, needle, signal))) continue;
      rows.set(task, await traceSource(task, source, match, signal));
    }
    return rows;
  }

  /** Other calls that only look like the one asked for are left out, once it is clear which it is. */
  async #describe(
    tasks: readonly VerifyTask[],
    match: CallMatch,
    rows: ReadonlyMap<VerifyTask, readonly PlacedRow[]>,
    events: readonly FoundEvent[],
  ): Promise<CallTrace> {
    const { plan, destination } = this.#tree;
    const { signal } = this.#options;
    const all = [...rows.values()].flat();
    const named = all.filter(({ event }) => match.names(event));
    const calls = new Set((named.length > 0 ? named : all).map(({ event }) => event.ownId));
    const isOurs = ({ event }: PlacedRow): boolean =>
      calls.has(event.ownId) && (event.ownId !== undefined || match.names(event));
    const ours = new Set(all.filter(isOurs).map(({ event }) => event.id));
    const collections = new Map<string, { task: VerifyTask; rows: TracedRow[]; events: TracedEvent[] }>();
    for (const task of tasks) {
      const path = formatCollectionPath(task.path);
      const collection = collections.get(path) ?? { task, rows: [], events: [] };
      collections.set(path, collection);
      const isAsked = (found: FoundEvent): boolean => {
        const { id, correlationid } = found.event.values;
        if (ours.has(String(id)) || [id, correlationid].includes(this.#id)) return true;
        return isLive(found) && callsOf(found).some((call) => calls.has(call));
      };
      const inCollection = events.filter((found) => formatCollectionPath(found.task.path) === path);
      const asked = inCollection.filter(isAsked);
      for (const { object, event } of asked.filter((found) => found.task === task))
        collection.events.push(await describeEvent(destination, object, event));
      const placed = (rows.get(task) ?? []).filter(isOurs);
      collection.rows.push(...(await settleFates(task, placed, asked, { destination, signal })));
    }
    return {
      kind: 'mdc-bridge trace',
      version: 1,
      id: this.#id,
      source: plan.source.url,
      destination: destination.url,
      sourceId: plan.source.id,
      calls: [...calls].filter((call) => call !== undefined),
      collections: [...collections.values()]
        .map(describeCollection)
        .filter(({ rows: r, events: e }) => r.length + e.length > 0),
    };
  }
}

function describeCollection({
  task,
  rows,
  events,
}: {
  readonly task: VerifyTask;
  readonly rows: readonly TracedRow[];
  readonly events: readonly TracedEvent[];
}): TracedCollection {
  const { endpoint, deployment, collection } = task.path;
  return { endpoint, deployment, collection, rows, events };
}
