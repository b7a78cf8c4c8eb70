import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkOutput } from './check-output.ts';
import { type Contender, type ContenderId, contendersOf, hasDuckdb } from './contenders.ts';
import type { ShapeName } from './generate/tree-manifest.ts';
import type { Measure } from './measure/job.ts';
import { MOST_GROWTH, needRoom } from './measure/room.ts';
import { runChild } from './measure/run-child.ts';
import { installDuckdb } from './peers/duckdb-package.ts';
import { figuresOf } from './report/figures.ts';
import type { Environment } from './report/machine.ts';
import { resultOf, type ShapeReport, summarise } from './report/shape-report.ts';
import { type Settings, sizeOf } from './settings.ts';
import { type PreparedStage, prepareStage } from './stage.ts';

/** Generates, checks every contender's output, and only then times them in rounds. */
export async function runShape(
  shape: ShapeName,
  settings: Settings,
  scratch: string,
  environment: Environment,
): Promise<ShapeReport> {
  const date = new Date().toISOString();
  const size = sizeOf(shape, settings);
  needRoom(settings.work, roomFor(size), `the shape ${shape} of this size`);
  const contenders = chosen(shape, settings);
  const full = await prepareStage(settings, shape, size, join(scratch, 'full'));
  const isSmallNeeded = contenders.some(({ stage }) => stage === 'small');
  const small = isSmallNeeded
    ? await prepareStage(settings, shape, settings.slowSize, join(scratch, 'small'))
    : full;
  const arena = new Arena({ full, small }, join(scratch, 'out'));
  for (const contender of contenders) await arena.check(contender);
  const runs = await arena.rounds(contenders, settings.runs);
  const trees = { full: treeOf(full), small: treeOf(small) };
  const results = contenders.map((contender) =>
    resultOf(contender, trees[contender.stage], runs.get(contender.id) ?? []),
  );
  return {
    kind: 'mdc-bridge benchmark',
    date,
    environment,
    seed: settings.seed,
    runs: settings.runs,
    tree: trees.full,
    smallTree: trees.small,
    contenders: results,
    figures: figuresOf(shape, results),
  };
}

/** The tree and its events stay, and the floor copies both once more. */
function roomFor(size: number): number {
  return 2 * (size + MOST_GROWTH * size);
}

function treeOf({ manifest, digest }: PreparedStage): ReturnType<typeof summarise> {
  return summarise({ manifest, bytesOut: digest.bytes });
}

function chosen(shape: ShapeName, settings: Settings): Contender[] {
  const { only, work, slowSize } = settings;
  const isWanted = (id: ContenderId): boolean =>
    only.length === 0 || only.some((start) => id.startsWith(start));
  const isDuckdbWanted = hasDuckdb(shape) && (isWanted('duckdb') || isWanted('duckdb-one-copy'));
  const slowStage = slowSize < sizeOf(shape, settings) ? 'small' : 'full';
  const duckdbModule = isDuckdbWanted ? installDuckdb(work) : undefined;
  const contenders = contendersOf(shape, slowStage, duckdbModule).filter(({ id }) => isWanted(id));
  if (contenders.length === 0) throw new Error(`--only ${only.join(' --only ')} leaves nothing of ${shape}`);
  return contenders;
}

/** Runs contenders, each into a fresh folder that is removed behind it. */
class Arena {
  readonly #stages: Readonly<Record<Contender['stage'], PreparedStage>>;
  readonly #destination: string;

  constructor(stages: Readonly<Record<Contender['stage'], PreparedStage>>, destination: string) {
    this.#stages = stages;
    this.#destination = destination;
  }

  /** Also what warms the page cache. */
  async check(contender: Contender): Promise<void> {
    const stage = this.#stages[contender.stage];
    await this.#run(contender, () => checkOutput(contender, stage, this.#destination));
  }

  /** Round after round, so that a noisy minute meets all; each begins with another contender, so that none always follows the same. */
  async rounds(contenders: readonly Contender[], rounds: number): Promise<Map<ContenderId, Measure[]>> {
    const runs = new Map<ContenderId, Measure[]>(contenders.map(({ id }) => [id, []]));
    for (let round = 0; round < rounds; round++) {
      const first = round % contenders.length;
      for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
        runs.get(contender.id)?.push(await this.#run(contender, () => undefined));
      }
    }
    return runs;
  }

  async #run(contender: Contender, look: () => void): Promise<Measure> {
    try {
      const job = contender.job(this.#stages[contender.stage], this.#destination);
      const measure = await runChild(job, contender.environment);
      look();
      return measure;
    } finally {
      rmSync(this.#destination, { recursive: true, force: true });
    }
  }
}
