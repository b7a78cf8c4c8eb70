import { throwIfAborted } from '../errors.js';
import { parseDataPath } from '../legacy/data-path.js';
import { folderRange } from './folder-range.js';
import type { Journal } from './journal.js';
import { inLanes } from './lanes.js';
import type { Plan } from './plan-file.js';
import type { GoneSources } from './report.js';
import { type Source, sourceFilter } from './source.js';

const MOST_EXAMPLES = 20;
const LOOKS_AT_ONCE = 8;

/**
 * The sources of earlier runs that SRC no longer has. One that this plan was told to leave out, or leaves out for what it is
 * now, is still there.
 */
export async function findGoneSources(
  { storage, prefix }: Source,
  plan: Plan,
  journal: Journal,
  signal: AbortSignal,
): Promise<GoneSources> {
  const unplanned = new Set(journal.sources.keys());
  if (unplanned.size > 0) for (const { source } of plan.files) unplanned.delete(source);
  const isAskedFor = sourceFilter(plan.source);
  const isInRange = folderRange(plan.settings);
  const missing = [...unplanned].filter((name) => {
    if (!name.startsWith(prefix) || !isAskedFor(name)) return false;
    const path = parseDataPath(name);
    return path.kind === 'data' && isInRange(path.date);
  });
  const gone: string[] = [];
  await inLanes(LOOKS_AT_ONCE, missing, async (name) => {
    throwIfAborted(signal);
    if ((await storage.stat(name.slice(prefix.length))) === undefined) gone.push(name);
  });
  return { sources: gone.length, examples: gone.sort().slice(0, MOST_EXAMPLES) };
}
