import type { CachedTree } from './generate/cached-tree.ts';
import type { ShapeName } from './generate/tree-manifest.ts';
import type { Job } from './measure/job.ts';

/** A tree, and what was made of it before anything is timed. */
export interface Stage extends CachedTree {
  readonly library: string;
  readonly planFile: string;
  /** Its events, converted by ours: what `verify` reads, the floor copies, and others' outputs are compared with. */
  readonly converted: string;
}

/** Which column of the table, and which figure, a contender's speed belongs to. */
export type ContenderId =
  | `plan+convert-${1 | 2}`
  | `convert-${1 | 2}`
  | 'reference'
  | `verify-${1 | 2}`
  | 'duckdb'
  | 'duckdb-one-copy'
  | 'csv-parse'
  | 'floor'
  | 'copy-files';

export interface Contender {
  readonly id: ContenderId;
  readonly label: string;
  /** Slow ones run on the small tree; MB/s makes them comparable. */
  readonly stage: 'full' | 'small';
  /** How its output is held to be right. */
  readonly output: 'same-bytes' | 'same-rows' | 'none';
  /** The contender whose speed with one worker this one's is compared with. */
  readonly oneWorker?: ContenderId;
  readonly environment?: Readonly<Record<string, string>>;
  job(stage: Stage, destination: string): Job;
}

/** The shapes that DuckDB converts too. */
export function hasDuckdb(shape: ShapeName): boolean {
  return shape === 'numeric' || shape === 'text';
}

/**
 * In the order of the table.
 *
 * @param duckdbModule where DuckDB is installed; without it, it does not take part.
 */
export function contendersOf(
  shape: ShapeName,
  slowStage: 'full' | 'small',
  duckdbModule: string | undefined,
): Contender[] {
  return [
    ours('plan+convert-1', 'plan + convert, 1 worker', 1, false),
    ours('plan+convert-2', 'plan + convert, 2 workers', 2, false),
    ours('convert-1', 'convert, 1 worker', 1, true),
    ours('convert-2', 'convert, 2 workers', 2, true),
    {
      ...ours('reference', 'reference path, 1 worker', 1, true),
      stage: slowStage,
      // The library warns that the kernel is off; here that is the point.
      environment: { MDC_BRIDGE_KERNEL: 'off', NODE_NO_WARNINGS: '1' },
    },
    verify('verify-1', 'verify, 1 worker', 1, slowStage),
    verify('verify-2', 'verify, 2 workers', 2, slowStage),
    ...(duckdbModule === undefined
      ? []
      : [
          duckdb('duckdb', 'DuckDB', duckdbModule),
          duckdb('duckdb-one-copy', 'DuckDB, plain SQL', duckdbModule),
        ]),
    csvParse(slowStage),
    ...(shape === 'many' ? [copyFiles] : []),
    floor,
  ];
}

function ours(
  id: Extract<ContenderId, `${string}convert-${number}`> | 'reference',
  label: string,
  workers: 1 | 2,
  ready: boolean,
): Contender {
  return {
    id,
    label,
    stage: 'full',
    output: 'same-bytes',
    ...(workers === 2 ? { oneWorker: ready ? 'convert-1' : 'plan+convert-1' } : {}),
    job: ({ library, source, planFile, manifest: { rows } }, destination) => ({
      kind: 'convert',
      library,
      source,
      destination,
      workers,
      rows,
      ...(ready ? { planFile } : {}),
    }),
  };
}

function verify(
  id: 'verify-1' | 'verify-2',
  label: string,
  workers: 1 | 2,
  stage: 'full' | 'small',
): Contender {
  return {
    id,
    label,
    stage,
    output: 'none',
    ...(workers === 2 ? { oneWorker: 'verify-1' } : {}),
    job: ({ library, source, converted }) => ({
      kind: 'verify',
      library,
      source,
      destination: converted,
      workers,
    }),
  };
}

function duckdb(id: 'duckdb' | 'duckdb-one-copy', label: string, module: string): Contender {
  return {
    id,
    label,
    stage: 'full',
    output: 'same-rows',
    job: ({ manifestFile, source }, destination) => ({
      kind: id,
      module,
      manifestFile,
      source,
      destination,
      threads: 2,
    }),
  };
}

function csvParse(stage: 'full' | 'small'): Contender {
  return {
    id: 'csv-parse',
    label: 'csv-parse script',
    stage,
    output: 'same-rows',
    job: ({ manifestFile, source }, destination) => ({
      kind: 'csv-parse',
      manifestFile,
      source,
      destination,
    }),
  };
}

const copyFiles: Contender = {
  id: 'copy-files',
  label: 'copying file by file',
  stage: 'full',
  output: 'none',
  job: ({ manifestFile, source }, destination) => ({ kind: 'copy-files', manifestFile, source, destination }),
};

const floor: Contender = {
  id: 'floor',
  label: 'plain copy of in + out',
  stage: 'full',
  output: 'none',
  job: ({ manifestFile, source, converted }, destination) => ({
    kind: 'copy-bytes',
    manifestFile,
    source,
    converted,
    destination,
  }),
};
