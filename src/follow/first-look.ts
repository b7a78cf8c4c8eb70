import { makeConvertTask } from '../convert/convert-task.js';
import type { DestinationState } from '../convert/destination.js';
import { inTurns } from '../convert/in-turns.js';
import type { Journal } from '../convert/journal.js';
import type { Plan } from '../convert/plan-file.js';
import { removeOthers } from '../convert/remove-others.js';
import type { SourceResult } from '../convert/report.js';
import { instanceName } from '../event/event-path.js';
import type { Storage } from '../storage/storage.js';
import { decisionsOf } from './convert-last-part.js';

/** How much of a source must be converted again whether it grows or not. */
export type Spoilt = 'all' | 'last part';

/** Sources of which DEST does not hold what an earlier run has written, or that were converted by other decisions. */
export async function findSpoilt(
  plan: Plan,
  journal: Journal,
  { sizes }: Pick<DestinationState, 'sizes'>,
): Promise<Map<string, Spoilt>> {
  const spoilt = new Map<string, Spoilt>();
  for await (const [, file] of inTurns(journal.sources.size === 0 ? [] : plan.files)) {
    const entry = journal.sources.get(file.source);
    if (entry === undefined) continue;
    const { followed, outputs } = entry;
    const isDecidedSo =
      followed === undefined
        ? entry.fingerprint === makeConvertTask(plan, file).fingerprint
        : followed.decisions === decisionsOf(plan, file);
    if (!isDecidedSo || !areThere(followed?.frozen.outputs ?? outputs, sizes)) spoilt.set(file.source, 'all');
    else if (!areThere(outputs, sizes)) spoilt.set(file.source, 'last part');
  }
  return spoilt;
}

function areThere(outputs: SourceResult['outputs'], sizes: ReadonlyMap<string, number>): boolean {
  return outputs.every(({ name, size }) => sizes.get(name) === size);
}

/** Removes what a killed run left of sources that have all they should have now. */
export async function removeLeftovers(
  destination: Storage,
  plan: Plan,
  journal: Journal,
  { orphans }: Pick<DestinationState, 'orphans'>,
): Promise<void> {
  for (const { source } of orphans.size === 0 ? [] : plan.files) {
    const names = orphans.get(instanceName(plan.source.container, source)) ?? [];
    await removeOthers(destination, names, journal.sources.get(source)?.outputs);
  }
}
