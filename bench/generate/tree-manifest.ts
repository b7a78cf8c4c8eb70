import type { Identity } from './call-tail.ts';

export const SHAPES = ['numeric', 'text', 'wide', 'many', 'one'] as const;
export type ShapeName = (typeof SHAPES)[number];

/** Raised when a generator's bytes change, so that no older tree is taken for a new one. */
export const GENERATOR_VERSION = 1;

/** What a peer needs to be told of a column; ours finds it in its plan. */
export interface Column {
  readonly name: string;
  readonly type: 'number' | 'boolean' | 'string';
}

export interface TreeCollection extends Identity {
  readonly designation: 'inputs' | 'predictions';
  readonly columns: readonly Column[];
  /** Where the events belong. */
  readonly endpoint: string;
  readonly deployment: string;
  readonly collection: 'model_inputs' | 'model_outputs';
}

export interface TreeFile {
  /** Within the container. */
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  /** Index into `collections`. */
  readonly collection: number;
}

/** What a generated tree holds; its presence says that the tree is complete. */
export interface TreeManifest {
  readonly generator: number;
  readonly shape: ShapeName;
  readonly seed: number;
  /** As asked for; `bytes` is what came of it. */
  readonly size: number;
  readonly bytes: number;
  readonly rows: number;
  /** A call is in every designation: as many events as calls times designations come of the tree. */
  readonly calls: number;
  readonly designations: number;
  readonly collections: readonly TreeCollection[];
  /** The collected data: `aml_telemetry.csv` beside them is not counted. */
  readonly files: readonly TreeFile[];
}
