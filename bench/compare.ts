import { fork } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { cachedTree } from './generate/cached-tree.ts';
import { SHAPES, type ShapeName } from './generate/tree-manifest.ts';
import { median } from './measure/statistics.ts';
import { parseSize } from './size.ts';

const USAGE = `npm run bench:compare -- [options]

  --shape numeric     ${SHAPES.join(', ')}
  --size 200MB        of the legacy tree; the v2 tree is what convert makes of it
  --calls 10000000    in place of --size: about so many calls a side
  --workers 2
  --runs 3
  --seed 1
  --work DIR          for both trees, which are kept: /tmp/mdc-bridge-bench
  --dist DIR          the built package: dist
`;

const SAMPLE_BYTES = 8e6;

/** What one process tells of one comparison. */
interface Compared {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRss: number;
  readonly bytes: number;
  readonly calls: number;
  readonly ok: boolean;
}

interface Job {
  readonly dist: string;
  readonly legacy: string;
  readonly v2: string;
  readonly workers: number;
}

async function compare({ dist, legacy, v2, workers }: Job): Promise<Compared> {
  const { compareTrees } = await import(pathToFileURL(join(dist, 'convert/compare/compare-trees.js')).href);
  // As the command does.
  const { limitNursery } = await import(pathToFileURL(join(dist, 'cli/limit-nursery.js')).href);
  limitNursery();
  const start = performance.now();
  const { ok, bytes, counts } = await compareTrees(legacy, v2, { workers });
  const { user, system } = process.cpuUsage();
  return {
    seconds: (performance.now() - start) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakRss: process.resourceUsage().maxRSS * 1024,
    bytes: bytes.legacy + bytes.v2,
    calls: counts.legacy,
    ok,
  };
}

/** In a process of its own, so that its peak memory is its own. */
function compareInChild(job: Job): Promise<Compared> {
  return new Promise((done, fail) => {
    const child = fork(fileURLToPath(import.meta.url), ['--job', JSON.stringify(job)]);
    let told: Compared | undefined;
    child.on('message', (message) => {
      told = message as Compared;
    });
    child.on('exit', (status) => {
      if (told === undefined) fail(new Error(`the comparison ended with ${status}`));
      else done(told);
    });
  });
}

/** Of a tree of about so many calls, counted in each collection; from what they take in a small tree. */
function sizeOfCalls(calls: number, work: string, shape: ShapeName, seed: number): number {
  const { bytes, calls: few, designations } = cachedTree(work, shape, SAMPLE_BYTES, seed).manifest;
  return Math.ceil((calls * bytes) / (few * designations));
}

/** Made once: converting is not what is measured. */
async function convertedTree(dist: string, legacy: string): Promise<string> {
  const v2 = join(legacy, '../v2-for-compare');
  if (existsSync(`${v2}.done`)) return v2;
  rmSync(v2, { recursive: true, force: true });
  const { convertTree } = await import(pathToFileURL(join(dist, 'convert/run.js')).href);
  await convertTree(legacy, v2, {});
  mkdirSync(`${v2}.done`);
  return v2;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      shape: { type: 'string', default: 'numeric' },
      size: { type: 'string', default: '200MB' },
      calls: { type: 'string' },
      workers: { type: 'string', default: '2' },
      runs: { type: 'string', default: '3' },
      seed: { type: 'string', default: '1' },
      work: { type: 'string', default: '/tmp/mdc-bridge-bench' },
      dist: { type: 'string', default: fileURLToPath(new URL('../dist', import.meta.url)) },
      job: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.job !== undefined) {
    process.send?.(await compare(JSON.parse(values.job)));
    return;
  }
  const shape = SHAPES.find((name) => name === values.shape);
  if (values.help || shape === undefined) {
    process.stdout.write(USAGE);
    return;
  }
  const dist = resolve(values.dist);
  const [work, seed] = [resolve(values.work), Number(values.seed)];
  const size =
    values.calls === undefined
      ? parseSize(values.size)
      : sizeOfCalls(Number(values.calls), work, shape, seed);
  const { source } = cachedTree(work, shape, size, seed);
  const v2 = await convertedTree(dist, source);
  const runs: Compared[] = [];
  for (let run = 0; run < Number(values.runs); run++) {
    runs.push(await compareInChild({ dist, legacy: source, v2, workers: Number(values.workers) }));
  }
  const of = (figure: (run: Compared) => number): string => median(runs.map(figure)).toFixed(1);
  const [first] = runs;
  if (first === undefined || !runs.every(({ ok }) => ok)) throw new Error('the trees are not the same');
  process.stdout.write(
    `compare ${shape} (${(first.bytes / 1e6).toFixed(0)} MB of both trees, ${first.calls} calls, ${values.workers} workers): ` +
      `${of(({ bytes, seconds }) => bytes / 1e6 / seconds)} MB/s, ` +
      `${of(({ bytes, cpuSeconds }) => bytes / 1e6 / cpuSeconds)} MB per second of CPU, ` +
      `${of(({ seconds }) => seconds)} s, ${of(({ peakRss }) => peakRss / 1e6)} MB peak\n`,
  );
}

await main();
