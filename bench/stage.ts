import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { digestFiles } from './check/file-digests.ts';
import { digestRows, type RowDigest } from './check/row-digest.ts';
import type { Stage } from './contenders.ts';
import { cachedTree } from './generate/cached-tree.ts';
import type { ShapeName } from './generate/tree-manifest.ts';
import { runChild } from './measure/run-child.ts';

/** A stage whose own conversion has been counted against what the generator says it wrote. */
export interface PreparedStage extends Stage {
  readonly digest: RowDigest;
  readonly files: ReadonlyMap<string, string>;
}

/** Generates, plans and converts; `scratch` is this run's folder, emptied by its owner. */
export async function prepareStage(
  { work, library, seed }: { readonly work: string; readonly library: string; readonly seed: number },
  shape: ShapeName,
  size: number,
  scratch: string,
): Promise<PreparedStage> {
  const tree = cachedTree(work, shape, size, seed);
  const { source, manifest } = tree;
  mkdirSync(scratch, { recursive: true });
  const planFile = join(scratch, 'plan.json');
  const converted = join(scratch, 'converted');
  rmSync(converted, { recursive: true, force: true });
  await runChild({ kind: 'plan', library, source, planFile });
  await runChild({
    kind: 'convert',
    library,
    source,
    destination: converted,
    workers: 2,
    planFile,
    rows: manifest.rows,
  });
  const digest = digestRows(converted);
  const events = manifest.calls * manifest.designations;
  if (digest.rows !== manifest.rows || digest.events !== events) {
    throw new Error(
      `ours made ${digest.rows} rows in ${digest.events} events of ${manifest.rows} rows in ${events} calls`,
    );
  }
  return { ...tree, library, planFile, converted, digest, files: digestFiles(converted) };
}
