import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type * as Library from '../../src/index.ts';
import { eventFilesIn } from '../check/files-in.ts';
import type { TreeManifest } from '../generate/tree-manifest.ts';
import { loadDuckdb } from '../peers/duckdb-package.ts';
import type { FileSet } from '../peers/plain-copy.ts';
import type { Job } from './job.ts';

/** Loads what a job runs; what comes back is the job itself. */
export async function load(job: Job): Promise<() => Promise<void> | void> {
  switch (job.kind) {
    case 'plan': {
      const { planMigration } = await loadLibrary(job.library);
      return async () => writeFileSync(job.planFile, JSON.stringify(await planMigration(job.source)));
    }
    case 'convert':
      return loadConversion(job);
    case 'verify':
      return loadVerification(job);
    case 'duckdb':
    case 'duckdb-one-copy': {
      const { convertBySource, convertByCollection } = await import('../peers/duckdb.ts');
      const duckdb = await loadDuckdb(job.module);
      const manifest = readManifest(job.manifestFile);
      const convert = job.kind === 'duckdb' ? convertBySource : convertByCollection;
      return () => convert(duckdb, manifest, job.source, job.destination, job.threads);
    }
    case 'csv-parse': {
      const { convertWithCsvParse } = await import('../peers/csv-parse-script.ts');
      const manifest = readManifest(job.manifestFile);
      return () => convertWithCsvParse(manifest, job.source, job.destination);
    }
    case 'copy-bytes': {
      const { copyBytes } = await import('../peers/plain-copy.ts');
      const sets = [sourceFiles(job), { folder: job.converted, names: eventFilesIn(job.converted) }];
      return () => copyBytes(sets, job.destination);
    }
    case 'sdk-copy': {
      const { copyBySdk } = await import('../peers/sdk-copy.ts');
      const { container, converted, destination } = job;
      const connection = process.env['AZURE_STORAGE_CONNECTION_STRING'] ?? '';
      return () => copyBySdk(connection, container, converted, destination);
    }
    case 'copy-files': {
      const { copyOneByOne } = await import('../peers/plain-copy.ts');
      const set = sourceFiles(job);
      return () => copyOneByOne(set, job.destination);
    }
  }
}

async function loadConversion(job: Extract<Job, { kind: 'convert' }>): Promise<() => Promise<void>> {
  const { convertTree } = await loadLibrary(job.library);
  return async () => {
    // Reading a plan is part of converting with one.
    const plan = job.planFile === undefined ? {} : { plan: JSON.parse(readFileSync(job.planFile, 'utf8')) };
    const { totals, failed, changed } = await convertTree(job.source, job.destination, {
      workers: job.workers,
      ...plan,
    });
    if (failed.length > 0 || changed.length > 0)
      throw new Error(`not converted: ${JSON.stringify([failed, changed])}`);
    if (totals.rows !== job.rows) throw new Error(`${totals.rows} rows came out of ${job.rows}`);
  };
}

async function loadVerification(job: Extract<Job, { kind: 'verify' }>): Promise<() => Promise<void>> {
  const { verifyTree } = await loadLibrary(job.library);
  return async () => {
    const { ok } = await verifyTree(job.source, job.destination, { workers: job.workers });
    if (!ok) throw new Error(`verify finds fault with ${job.destination}`);
  };
}

/** The built library: worker threads and the kernel's wasm exist only there. */
async function loadLibrary(index: string): Promise<typeof Library> {
  return await import(pathToFileURL(index).href);
}

/** Without `aml_telemetry.csv`, which no converter writes anything of. */
function sourceFiles(tree: { readonly manifestFile: string; readonly source: string }): FileSet {
  return { folder: tree.source, names: readManifest(tree.manifestFile).files.map(({ path }) => path) };
}

function readManifest(file: string): TreeManifest {
  return JSON.parse(readFileSync(file, 'utf8'));
}
