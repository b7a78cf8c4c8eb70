import { formatCollectionPath } from '../../event/event-path.js';
import type { ColumnType } from '../../mapping/column-types.js';
import type { CollectionPlan, FilePlan, Plan } from '../plan-file.js';
import type { StageRecords } from '../stage-records.js';
import type { CollectionSides } from './collection-sides.js';
import { type ColumnKind, prevailingKind } from './column-table.js';
import type { CompareSettings } from './compare-options.js';
import type { LegacyTask } from './compare-task.js';
import { legacySpans, type StageSpan } from './stage-spans.js';

const KINDS: Readonly<Record<ColumnType, ColumnKind>> = {
  null: 'text',
  string: 'text',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
};

/** A task for each legacy file, the largest first; each is made when it is asked for. Memory: a number a file. */
export function legacyTasks(
  {
    plan,
    settings,
    stages,
  }: { readonly plan: Plan; readonly settings: CompareSettings; readonly stages: StageRecords },
  sides: CollectionSides,
): LegacyTasks {
  const sizes = Float64Array.from(plan.files.values().map(({ size }) => size));
  const order = Uint32Array.from(sizes.keys()).sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b);
  const kinds = plan.collections.map((collection, c) => kindsOf(collection, c, sides));
  const spans = plan.collections.map((collection) => {
    const writers = stages.writers(formatCollectionPath(collection));
    return legacySpans(writers.values(), rateOf(collection, settings.sample));
  });
  const of = (number: number): LegacyTask | undefined => {
    const file = number < 0 ? undefined : plan.files.at(number);
    if (file === undefined) return undefined;
    const collection = plan.collections[file.collection];
    return {
      ...fileTask(file, number, plan.source.prefix),
      variants: collection?.variants ?? {},
      kinds: kinds[file.collection] ?? [],
      stages: spans[file.collection] ?? [],
    };
  };
  return { length: plan.files.length, at: (index) => of(order[index] ?? -1), of, stages: spans };
}

export interface LegacyTasks {
  readonly length: number;
  /** In their order. */
  at(index: number): LegacyTask | undefined;
  /** By the plan's number of the collection: when its calls must have events. */
  readonly stages: readonly (readonly StageSpan[])[];
  /** By the plan's number of the file. */
  of(number: number): LegacyTask | undefined;
}

function fileTask(
  file: FilePlan,
  number: number,
  prefix: string,
): Omit<LegacyTask, 'variants' | 'kinds' | 'stages'> {
  return {
    file: number,
    collection: file.collection,
    object: file.source.slice(prefix.length),
    size: file.size,
    header: file.header.verdict,
    shapes: file.shapes,
    ...(file.explode === undefined ? {} : { explode: file.explode }),
    recurring: file.recurring,
    isAdjacent: file.adjacent === true,
    folderTime: `${file.date}T${file.hour ?? '00'}:00:00`,
  };
}

/** What most of a column's values are in the events; where there are none, what the plan makes of the legacy ones. */
function kindsOf(
  { columns }: CollectionPlan,
  collection: number,
  sides: CollectionSides,
): [name: string, kind: ColumnKind][] {
  const seen = sides.columnsOf(collection);
  return columns.map(({ name, type }) => [name, prevailingKind(seen.get(name), KINDS[type])]);
}

/** By the collection's own name, or its whole path. */
function rateOf(collection: CollectionPlan, sample: Readonly<Record<string, number>>): number | undefined {
  return sample[formatCollectionPath(collection)] ?? sample[collection.collection];
}
