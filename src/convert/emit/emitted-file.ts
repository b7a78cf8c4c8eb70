import type { CollectionPath } from '../../event/event-path.js';
import type { AssetRoot } from './asset-root.js';
import type { Workspace } from './workspace.js';

/** One file of what is emitted, before it is written. */
export interface EmittedFile {
  readonly kind: EmittedKind;
  /** Below the folder that is written to, with slashes. */
  readonly path: string;
  /** Of the asset, deployment or schedule that it makes. */
  readonly name: string;
  readonly text: string;
}

/** A `table` is an MLTable file, which a `data` file of type mltable registers. */
export type EmittedKind = 'data' | 'table' | 'deployment' | 'monitor';

/** What the files have in common. */
export interface EmitContext {
  readonly root: AssetRoot;
  readonly workspace: Workspace;
}

export function dataPath({ endpoint }: CollectionPath, asset: string): string {
  return `${endpoint}/data/${asset}.yml`;
}

export function tablePath({ endpoint }: CollectionPath, asset: string): string {
  return `${endpoint}/tables/${asset}/MLTable`;
}
