import type { OutputsFound } from './check-outputs.js';
import { type ConvertTask, partsOf } from './convert-task.js';
import { inTurns } from './in-turns.js';
import type { Journal } from './journal.js';
import type { LiveTree } from './live/live-tree.js';
import { makeLiveConvertTask } from './live/make-live-task.js';
import { MappedList } from './mapped-list.js';
import type { FilePlan, LongList, Plan } from './plan-file.js';
import type { CheckedOutputs, SourceResult, WhyAgain } from './report.js';

/** What a run has to do. */
export interface WorkLeft {
  /** Large ones first, so that the last one in hand is a small one; small ones in the plan's order, in which they are quickly read. */
  readonly tasks: LongList<ConvertTask>;
  /** Of all of them. */
  readonly bytes: number;
  /** Those of them that an earlier run had done, and why that does not count. */
  readonly again: ReadonlyMap<string, WhyAgain>;
  /** What was read to find that out, if anything was. */
  readonly checked?: CheckedOutputs;
}

/** Reads the outputs of these sources. */
export type OutputCheck = (done: readonly SourceResult[]) => Promise<OutputsFound>;

/** Of sources: what is smaller takes less than a moment. */
const LARGE_BYTES = 2 ** 20;

/**
 * Done is: journalled for this content and these decisions, and every output still there in its size; whether it
 * is also right inside, only `check` can tell, which reads it all.
 */
export async function findWorkLeft(
  plan: Plan,
  journal: Journal,
  sizes: ReadonlyMap<string, number>,
  live: LiveTree,
  check?: OutputCheck,
): Promise<WorkLeft> {
  const again = new Map<string, WhyAgain>();
  const seemDone: SourceResult[] = [];
  for await (const [, file] of inTurns(journal.sources.size === 0 ? [] : plan.files)) {
    const done = journal.sources.get(file.source);
    if (done === undefined) continue;
    const why = whyToBeDone(makeLiveConvertTask(plan, file, live), done) ?? whySpoilt(done, sizes);
    if (why === undefined) seemDone.push(done);
    else again.set(file.source, why);
  }
  const found = await check?.(seemDone);
  for (const [source, why] of found?.spoilt ?? []) again.set(source, why);
  const { indexes, bytes } = await largeFirst(
    plan,
    ({ source }) => !journal.sources.has(source) || again.has(source),
  );
  const tasks = new MappedList(indexes, (index) => taskAt(plan, index, live));
  return { tasks, bytes, again, ...(found === undefined ? {} : { checked: found.checked }) };
}

/** Stops at a file for which no task could be made, before anything is written. Memory: 12 bytes a file. */
async function largeFirst(
  plan: Plan,
  isLeft: (file: FilePlan) => boolean,
): Promise<{ readonly indexes: Uint32Array; readonly bytes: number }> {
  const { files } = plan;
  const largeness = new Float64Array(files.length);
  const left = new Uint32Array(files.length);
  let [length, bytes] = [0, 0];
  for await (const [index, file] of inTurns(files)) {
    partsOf(plan, file);
    if (isLeft(file)) {
      left[length] = index;
      length += 1;
      bytes += file.size;
    }
    largeness[index] = file.size < LARGE_BYTES ? 0 : file.size;
  }
  const indexes = left.slice(0, length);
  return { indexes: indexes.sort((a, b) => (largeness[b] ?? 0) - (largeness[a] ?? 0) || a - b), bytes };
}

function taskAt(plan: Plan, index: number, live: LiveTree): ConvertTask {
  const file = plan.files.at(index);
  if (file === undefined) throw new RangeError(`the plan has no file ${index}`);
  return makeLiveConvertTask(plan, file, live);
}

/** As `whyOutdated`, and whether `sync` wrote it in parts, or live collection has more, or less, near it than it had then. */
export function whyToBeDone(task: ConvertTask, done: SourceResult): WhyAgain | undefined {
  const why = whyOutdated(task, done);
  if (why !== undefined) return why;
  if ((done.followed?.frozen.starts.length ?? 0) > 0) return 'in-parts';
  return task.live?.digest === done.live?.digest ? undefined : 'live-changed';
}

/** Whether the entry is of another content or other decisions than the task's. */
export function whyOutdated(task: ConvertTask, done: SourceResult): WhyAgain | undefined {
  if (done.etag !== task.etag || done.size !== task.size) return 'source-changed';
  return done.fingerprint === task.fingerprint ? undefined : 'decisions-changed';
}

function whySpoilt({ outputs }: SourceResult, sizes: ReadonlyMap<string, number>): WhyAgain | undefined {
  if (outputs.some(({ name }) => !sizes.has(name))) return 'output-missing';
  return outputs.some(({ name, size }) => sizes.get(name) !== size) ? 'output-changed' : undefined;
}
