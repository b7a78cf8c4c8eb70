// Plans (and, asked to, begins to convert) a generated tree in a process of its own, so that its peak memory is its own.
// Run by Node as it is written: node plan-generated.ts '{"services":37,"days":1105,"convert":true,"library":"…/dist/index.js"}'

import { createHash } from 'node:crypto';
import { GeneratedTree, type TreeSize } from './generated-tree.ts';
import { NullDestination } from './null-destination.ts';

export interface GeneratedRun {
  readonly blobs: number;
  readonly files: number;
  readonly rows: number;
  /** Of the entries of all files. */
  readonly sha256: string;
  readonly planSeconds: number;
  /** From the start to the first file of events that is visible. */
  readonly firstFileSeconds?: number;
  /** Of `plan.json`. */
  readonly planBytes?: number;
  /** The most memory in bytes, until the plan was made and until the end. */
  readonly planRss: number;
  readonly maxRss: number;
}

async function run({
  library,
  convert,
  ...size
}: TreeSize & { readonly library: string; readonly convert: boolean }): Promise<GeneratedRun> {
  const { convertTree, planMigration } = (await import(library)) as typeof import('../../src/index.js');
  const tree = new GeneratedTree(size);
  const start = performance.now();
  const since = (): number => (performance.now() - start) / 1000;
  if (!convert) {
    const plan = await planMigration(tree);
    return { ...summary(tree, plan), planSeconds: since() };
  }
  const stop = new AbortController();
  let times: { planSeconds: number; planBytes?: number; firstFileSeconds?: number } = { planSeconds: 0 };
  let told: ReturnType<typeof summary> | undefined;
  const destination = new NullDestination((name, bytes) => {
    if (name.endsWith('/plan.json')) times = { ...times, planBytes: bytes };
    if (name.startsWith('_migration/') || times.firstFileSeconds !== undefined) return;
    times = { ...times, firstFileSeconds: since() };
    stop.abort();
  });
  await convertTree(tree, destination, {
    signal: stop.signal,
    onPlan: (plan) => {
      times = { ...times, planSeconds: since() };
      told = { ...summary(tree, { files: [] }), files: plan.files.length };
    },
  });
  if (told === undefined) throw new Error('there was no plan');
  return { ...told, ...times, maxRss: peak() };
}

function summary(
  tree: GeneratedTree,
  plan: Pick<import('../../src/index.js').Plan, 'files'>,
): Omit<GeneratedRun, 'planSeconds'> {
  const hash = createHash('sha256');
  let [files, rows] = [0, 0];
  for (const file of plan.files) {
    files += 1;
    rows += file.counts.rows;
    hash.update(JSON.stringify(file));
  }
  return { blobs: tree.length, files, rows, sha256: hash.digest('hex'), planRss: peak(), maxRss: peak() };
}

/** In bytes. */
function peak(): number {
  return process.resourceUsage().maxRSS * 1024;
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? ''))));
