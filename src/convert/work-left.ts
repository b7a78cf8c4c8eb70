import type { OutputsFound } from './check-outputs.js';
import type { ConvertTask } from './convert-task.js';
import type { Journal } from './journal.js';
import type { CheckedOutputs, SourceResult, WhyAgain } from './report.js';

/** What a run has to do. */
export interface WorkLeft {
  readonly tasks: readonly ConvertTask[];
  /** Those of them that an earlier run had done, and why that does not count. */
  readonly again: ReadonlyMap<string, WhyAgain>;
  /** What was read to find that out, if anything was. */
  readonly checked?: CheckedOutputs;
}

/** Reads the outputs of these sources. */
export type OutputCheck = (done: readonly SourceResult[]) => Promise<OutputsFound>;

/**
 * Done is: journalled for this content and these decisions, and every output still there in its size; whether it
 * is also right inside, only `check` can tell, which reads it all.
 */
export async function findWorkLeft(
  tasks: readonly ConvertTask[],
  journal: Journal,
  sizes: ReadonlyMap<string, number>,
  check?: OutputCheck,
): Promise<WorkLeft> {
  const again = new Map<string, WhyAgain>();
  const seemDone: SourceResult[] = [];
  for (const task of tasks) {
    const done = journal.sources.get(task.source);
    if (done === undefined) continue;
    const why = whyOutdated(task, done) ?? whySpoilt(done, sizes);
    if (why === undefined) seemDone.push(done);
    else again.set(task.source, why);
  }
  const found = await check?.(seemDone);
  for (const [source, why] of found?.spoilt ?? []) again.set(source, why);
  const left = tasks.filter(({ source }) => !journal.sources.has(source) || again.has(source));
  return { tasks: left, again, ...(found === undefined ? {} : { checked: found.checked }) };
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
