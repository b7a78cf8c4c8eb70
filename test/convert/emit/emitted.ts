import { parse } from 'yaml';
import { type EmitOptions, type EmitReport, emitAssets } from '../../../src/convert/emit.js';
import type { ConvertOptions } from '../../../src/convert/run.js';
import type { Storage } from '../../../src/storage/storage.js';
import { convert } from '../../support/converted.js';
import { correlatedFile } from '../../support/legacy-file.js';
import { readEventTree } from '../../support/legacy-trees.js';
import { correlation, sourceName } from '../../support/rows.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A history in a folder of its own, and in the folder of live collection. */
export const APART = 'azureml://datastores/archive/paths/history';
export const LIVE = 'azureml://datastores/workspaceblobstore/paths/modelDataCollector';

/** What `emitAssets` wrote. */
export interface Emitted {
  readonly report: EmitReport;
  readonly out: string;
  /** Path below `out` → text. */
  readonly texts: ReadonlyMap<string, string>;
  /** As a reader of YAML 1.1 has it. */
  yaml(path: string): Yaml;
}

/** A document that a test knows the shape of. */
export type Yaml = { readonly [key: string]: Yaml };

/** Converts legacy files in memory and emits for them. */
export async function emitFor(
  files: Readonly<Record<string, string>>,
  options: ConvertOptions = {},
  emitOptions: EmitOptions = { root: APART },
): Promise<Emitted> {
  return await emit((await convert(files, options)).destination, emitOptions);
}

export async function emit(destination: Storage, options: EmitOptions = { root: APART }): Promise<Emitted> {
  const out = options.out ?? (await temporaryFolder());
  const report = await emitAssets(destination, { ...options, out });
  const texts = await readEventTree(out);
  return {
    report,
    out,
    texts,
    yaml: (path) => parse(texts.get(path) ?? '', { version: '1.1' }) as Yaml,
  };
}

/** Rows of one call each, at noon of a day. */
export function rowsOf(day: string, ...rows: readonly string[]): string[] {
  return rows.map((row, i) => `${row},${correlation(`${day}-${i}`, `${day}T12:00:0${i}`)}`);
}

/** Two days of inputs and outputs of `svc`, model `m`, version 1. */
export const TREE: Readonly<Record<string, string>> = {
  [sourceName('inputs', '2024/02/28')]: correlatedFile('age,city', ...rowsOf('2024-02-28', '1,a', '2,')),
  [sourceName('inputs', '2024/02/29')]: correlatedFile('age,city', ...rowsOf('2024-02-29', '3,b')),
  [sourceName('predictions', '2024/02/29', 'p.csv')]: correlatedFile('y', ...rowsOf('2024-02-29', '0.5')),
};

export const LABELS: Readonly<Record<string, string>> = {
  [sourceName('labels', '2024/02/29', 'labels.csv')]: correlatedFile('truth', ...rowsOf('2024-02-29', '0.7')),
};
