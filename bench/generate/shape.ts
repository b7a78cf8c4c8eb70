import type { Identity } from './call-tail.ts';
import type { CellPool } from './cell-pool.ts';
import type { Column } from './tree-manifest.ts';

/** One designation's rows: their columns, and the pools their cells come from, in the columns' order. */
export interface RowKind {
  readonly designation: 'inputs' | 'predictions';
  readonly columns: readonly Column[];
  readonly pools: readonly CellPool[];
}

/** A folder of the tree, filled with calls that are spread over its time. */
export interface Slot {
  readonly identity: Identity;
  /** `2018-12-30`. */
  readonly date: string;
  /** With hour folders (`AML_MODEL_DC_BOUNDARY=hour`). */
  readonly hour?: number;
}

export interface Shape {
  readonly kinds: readonly RowKind[];
  /** All share the tree's bytes equally. */
  readonly slots: readonly Slot[];
  /** Every so many calls, one brings a correlation id of the user's: `user-7-{uuid4}`. 0 is never. */
  readonly userIdEvery: number;
}

export const WORKSPACE = '1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d/myresourcegrp/myworkspace';

export const BEST_MODEL: Identity = {
  workspace: WORKSPACE,
  service: 'aks-bench',
  model: 'best_model',
  version: '10',
};

/** So many days from 2024-02-15 on: over a leap day. */
export function daysOf(count: number): string[] {
  const first = Date.UTC(2024, 1, 15);
  return Array.from({ length: count }, (_, i) => new Date(first + i * 86_400_000).toISOString().slice(0, 10));
}
