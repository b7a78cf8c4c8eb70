import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { abortedError, MdcBridgeError, throwIfAborted } from '../../errors.js';
import { instanceName } from '../../event/event-path.js';
import { inLanes } from '../lanes.js';
import type { FilePlan } from '../plan-file.js';
import { ProgressMeter } from '../progress.js';
import { migrationFolder, sourceFilter } from '../source.js';
import { addUpFiles } from './add-up-files.js';
import { notFollowed, notPlannedAnyMore, unplanned } from './changed-sources.js';
import { FindingsInOrder } from './findings-in-order.js';
import { journalledSources } from './journalled-sources.js';
import { type DestinationListing, listDestination, listSource, type SourceChanges } from './list-trees.js';
import { LiveListing } from './live-listing.js';
import { openPlannedTree, type PlannedTree } from './planned-tree.js';
import type { Finding, VerifiedFile, VerifyReport } from './report.js';
import { findDuplicates, reportDuplicates } from './report-duplicates.js';
import { unsettledIn } from './unsettled.js';
import { verifyOne } from './verify-one.js';
import { checkVerifyOptions, type VerifyOptions } from './verify-options.js';
import { makeVerifyTask, type VerifyTask } from './verify-task.js';
import { openVerifyPool } from './verify-work.js';

export type { VerifyOptions } from './verify-options.js';

const MAX_FINDINGS = 1000;

/**
 * Reads both trees again, by other code than the converter's, and compares them value by value: every row of the legacy tree
 * must be in one event, in its place, or among the rejects, and nothing else may be there. Changes nothing.
 *
 * @throws MdcBridgeError `conflict` if the destination holds no plan of this source; `usage`, `plan-file`, `storage`, `aborted`.
 */
export async function verifyTree(
  source: string,
  destination: string,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  checkVerifyOptions(options);
  const tree = await openPlannedTree(source, destination, options);
  const folder = await mkdtemp(join(tmpdir(), 'mdc-bridge-verify-'));
  try {
    return await new Verification(tree, options, folder).run();
  } catch (error) {
    if (options.signal?.aborted === true) throw abortedError(options.signal);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class Verification {
  readonly #tree: PlannedTree;
  readonly #options: VerifyOptions;
  readonly #folder: string;
  readonly #maxFindings: number;
  readonly #meter: ProgressMeter;
  /** Files of live collection that were looked at. */
  readonly #live = new Set<string>();
  readonly #files: VerifiedFile[] = [];
  #findings: Finding[] = [];
  #found = 0;

  constructor(tree: PlannedTree, options: VerifyOptions, folder: string) {
    this.#tree = tree;
    this.#options = options;
    this.#folder = folder;
    this.#maxFindings = options.maxFindings ?? MAX_FINDINGS;
    this.#meter = new ProgressMeter('verify', options.onProgress);
  }

  async run(): Promise<VerifyReport> {
    const { plan, destination, source } = this.#tree;
    const { signal } = this.#options;
    const isWanted = sourceFilter(this.#options);
    const changes = await listSource(source, plan, isWanted, signal);
    const listing = await listDestination(destination, plan, signal);
    const journalled = await journalledSources(destination, plan.source.id);
    const live = await LiveListing.open(plan, journalled, listing.others, destination, signal);
    let wanted = 0;
    const tasks: VerifyTask[] = [];
    for (const file of plan.files) {
      if (!isWanted(file.source)) continue;
      wanted += 1;
      if (this.#isSampled(file)) tasks.push(this.#taskOf(file, tasks.length, listing, live));
    }
    if (wanted === 0) {
      throw new MdcBridgeError('usage', 'no source of the plan is asked for: there is nothing to prove', {
        remedy: 'give --include and --exclude patterns that leave some of the sources that were converted',
      });
    }
    this.#meter.expect(
      tasks.length,
      tasks.reduce((sum, { size }) => sum + size, 0),
    );
    await this.#verifyAll(tasks, changes);
    const unsettled = unsettledIn(plan, tasks, changes);
    const waiting = new Set(plan.waiting?.map(({ source: name }) => name));
    for (const name of changes.unplanned) if (!waiting.has(name)) this.#add([unplanned(name)], 1);
    for (const stop of plan.stopped ?? []) this.#add([notFollowed(stop)], 1);
    const planned = new Set(plan.files.values().map((file) => file.source));
    for (const name of journalled.keys()) {
      if (!planned.has(name) && isWanted(name)) this.#add([notPlannedAnyMore(name)], 1);
    }
    return this.#report(listing, wanted - tasks.length, unsettled);
  }

  async #verifyAll(tasks: readonly VerifyTask[], changes: SourceChanges): Promise<void> {
    const { source, destination } = this.#tree;
    const { signal, workers } = this.#options;
    const onChunk = this.#meter.read.bind(this.#meter);
    const pool = openVerifyPool(this.#folder, { source, destination }, { workers, signal, onChunk });
    const found = new FindingsInOrder(this.#maxFindings);
    const files: VerifiedFile[] = [];
    let threads: readonly number[];
    try {
      // Large files first, so that the last one in hand is a small one.
      const ordered = tasks.toSorted((a, b) => b.size - a.size || a.index - b.index);
      await inLanes(pool.jobs, ordered, async (task) => {
        throwIfAborted(signal);
        const { file, findings, count } = await verifyOne(task, changes.sizes.get(task.source), pool);
        files[task.index] = file;
        found.add(task.index, findings, count);
        this.#meter.fileDone();
      });
      threads = await pool.finish();
    } finally {
      await pool.close();
    }
    this.#files.push(...files);
    this.#found += found.count;
    this.#findings = found.list();
    await this.#addDuplicates(tasks, threads);
  }

  async #addDuplicates(tasks: readonly VerifyTask[], threads: readonly number[]): Promise<void> {
    const search = {
      folder: this.#folder,
      tags: threads.map(String),
      destination: this.#tree.destination,
      outputs: new Map(tasks.map((task) => [task.index, task.outputs])),
      limit: Math.max(1, this.#maxFindings),
    };
    const duplicates = reportDuplicates(await findDuplicates(search), this.#findings);
    this.#add(duplicates, duplicates.length);
  }

  #taskOf(file: FilePlan, index: number, listing: DestinationListing, live: LiveListing): VerifyTask {
    const { plan, destination } = this.#tree;
    const taskOf = (one: FilePlan): VerifyTask =>
      makeVerifyTask(one, {
        plan,
        index,
        migration: migrationFolder(plan.source.id),
        outputs: listing.outputs.get(instanceName(plan.source.container, one.source)) ?? [],
        destinationUrl: destination.url,
        maxFindings: this.#maxFindings,
      });
    const task = live.addTo(taskOf(file), file, taskOf);
    for (const { name } of task.live?.objects ?? []) this.#live.add(name);
    return task;
  }

  #isSampled({ source }: FilePlan): boolean {
    const { sample } = this.#options;
    if (sample === undefined) return true;
    const digest = createHash('sha256').update(`${sample.seed}\0${source}`).digest();
    return digest.readUInt32BE(0) / 2 ** 32 < sample.fraction;
  }

  /** `count` counts also those that are not listed. */
  #add(findings: readonly Finding[], count: number): void {
    this.#found += count;
    this.#findings.push(...findings.slice(0, this.#maxFindings - this.#findings.length));
  }

  #report(
    listing: DestinationListing,
    filesLeftOut: number,
    unsettled: VerifyReport['unsettled'],
  ): VerifyReport {
    const { plan, destination } = this.#tree;
    const { sample } = this.#options;
    const ours = new Set(this.#files.flatMap(({ outputs }) => outputs.map(({ name }) => name)));
    const foreign = listing.others.filter(({ name }) => !ours.has(name) && !this.#live.has(name));
    const totals = addUpFiles(this.#files);
    return {
      kind: 'mdc-bridge verification',
      version: 1,
      mapping: plan.mapping,
      source: plan.source.url,
      destination: destination.url,
      sourceId: plan.source.id,
      settings: plan.settings,
      ok: this.#found === 0 && totals.unbalanced === 0,
      totals,
      files: this.#files,
      findings: this.#findings,
      findingsLeftOut: this.#found - this.#findings.length,
      ...(sample === undefined ? {} : { sample: { ...sample, filesLeftOut } }),
      ...(unsettled === undefined ? {} : { unsettled }),
      foreign: { files: foreign.length, bytes: foreign.reduce((sum, { size }) => sum + size, 0) },
    };
  }
}
