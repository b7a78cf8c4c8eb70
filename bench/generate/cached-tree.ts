import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateTree } from './generate-tree.ts';
import { GENERATOR_VERSION, type ShapeName, type TreeManifest } from './tree-manifest.ts';

/** The SDK's container, and so part of every event file's name. */
const CONTAINER = 'modeldata';

/** A generated tree on disk. */
export interface CachedTree {
  /** What is given to a converter as SRC. */
  readonly source: string;
  readonly manifestFile: string;
  readonly manifest: TreeManifest;
}

export function treeFolder(work: string, shape: ShapeName, size: number, seed: number): string {
  return join(work, 'trees', `${shape}-${size}-seed${seed}-v${GENERATOR_VERSION}`);
}

/** The tree, made unless an earlier run has made it. Without a manifest it is a torn one, and made anew. */
export function cachedTree(work: string, shape: ShapeName, size: number, seed: number): CachedTree {
  const folder = treeFolder(work, shape, size, seed);
  const manifestFile = join(folder, 'manifest.json');
  const source = join(folder, CONTAINER);
  if (!existsSync(manifestFile)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(source, { recursive: true });
    const manifest = generateTree(source, shape, size, seed);
    // Renamed into place: half a manifest would pass for a whole tree.
    writeFileSync(`${manifestFile}.part`, JSON.stringify(manifest));
    renameSync(`${manifestFile}.part`, manifestFile);
  }
  const manifest: TreeManifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
  return { source, manifestFile, manifest };
}
