import { createHash } from 'node:crypto';
import { encodeText } from '../csv/byte-string.js';
import { MdcBridgeError } from '../errors.js';
import { eventSource, MAPPING_VERSION } from '../event/collected-event.js';
import type { CollectionPath } from '../event/event-path.js';
import { CORRELATION_COLUMNS } from '../legacy/correlation.js';
import type { ColumnType } from '../mapping/column-types.js';
import { makeRowEncoder, type RowEncoder } from '../mapping/encode-row.js';
import type { LiveRows } from '../mapping/live-rows.js';
import type { MappingSettings } from '../mapping/settings.js';
import type { SourceMapping } from '../mapping/source-mapping.js';
import type { LiveFile } from './live/live-file.js';
import type { CollectionPlan, FilePlan, NameEntry, Plan, RowShape, Split } from './plan-file.js';

/** All that a worker needs to convert one source, as plain data: one item of work, independent of every other. */
export interface ConvertTask {
  readonly source: string;
  /** Its name as the storage lists it (without the prefix). */
  readonly object: string;
  readonly size: number;
  readonly etag: string;
  readonly header: 'present' | 'absent';
  readonly path: CollectionPath;
  readonly eventSource: string;
  readonly folderTime: string;
  readonly shapes: readonly RowShape[];
  readonly variants: CollectionPlan['variants'];
  readonly types: readonly (readonly [name: string, type: ColumnType])[];
  readonly explode?: number;
  readonly recurring: readonly string[];
  /** No call's rows have other rows between them. Decides how a source is converted, not what it becomes. */
  readonly adjacent: boolean;
  /** Where the source may be cut for several workers: likewise. */
  readonly splits?: readonly Split[];
  readonly settings: Pick<
    MappingSettings,
    'empty' | 'keepAmlColumns' | 'rowId' | 'since' | 'until' | 'datarefOver' | 'datarefBase'
  >;
  /** The inputs that lend their correlation, and how many of their rows earlier sources took. */
  readonly lenders?: { readonly tasks: readonly ConvertTask[]; readonly skip: number };
  /** Of all the above: two runs that agree on it give the same bytes for the same source. */
  readonly fingerprint: string;
  /** Converts the source only from here on, to files of their own; absent: all of it. */
  readonly part?: SourcePart;
  /** Reasons for which no row may be rejected: if one is, nothing is made visible. */
  readonly refuse?: readonly string[];
  /** What live collection has near it, and history leaves out; absent: nothing. */
  readonly live?: LiveTask;
}

/** A part of a source that is followed: whole events, which no part before it has rows of. */
export interface SourcePart {
  /** Its number: 0, 1, 2, ... */
  readonly index: number;
  readonly start: number;
  /** Data rows before it. */
  readonly ordinal: number;
}

export const WHOLE: SourcePart = { index: 0, start: 0, ordinal: 0 };

/** What live collection has near one source, as plain data. */
export interface LiveTask {
  /** In the order of their names. */
  readonly files: readonly LiveFile[];
  /** Sources whose rows without a correlation come first, of the same collection and day. */
  readonly earlier: readonly ConvertTask[];
  /** Of the files and the records of their writers' stages: another one, and the source is to be converted again. */
  readonly digest: string;
}

/** What the plan has of a file elsewhere; stops if it has it not. */
export function partsOf(
  plan: Plan,
  file: FilePlan,
): { readonly names: NameEntry; readonly collection: CollectionPlan } {
  const names = plan.names[file.name];
  const collection = plan.collections[file.collection];
  if (names === undefined || collection === undefined) {
    throw new MdcBridgeError('plan-file', 'the plan refers to a name or collection that it does not have', {
      place: { file: file.source },
      remedy: 'make the plan again',
    });
  }
  return { names, collection };
}

export function makeConvertTask(plan: Plan, file: FilePlan): ConvertTask {
  const { names, collection } = partsOf(plan, file);
  const { empty, keepAmlColumns, rowId, since, until, datarefOver, datarefBase } = plan.settings;
  const lenders = file.pair?.inputs
    .map((index) => plan.files.at(index))
    .filter((input) => input !== undefined);
  const decided = {
    source: file.source,
    object: file.source.slice(plan.source.prefix.length),
    header: file.header.verdict,
    path: {
      endpoint: collection.endpoint,
      deployment: collection.deployment,
      collection: collection.collection,
    },
    eventSource: eventSource(names.workspace, names.endpoint, names.deployment),
    folderTime: `${file.date}T${file.hour ?? '00'}:00:00`,
    shapes: file.shapes,
    variants: collection.variants,
    types: collection.columns.map(({ name, type }) => [name, type] as const),
    ...(file.explode === undefined ? {} : { explode: file.explode }),
    recurring: file.recurring,
    settings: {
      empty,
      keepAmlColumns,
      ...(rowId === undefined ? {} : { rowId }),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(datarefOver === undefined ? {} : { datarefOver }),
      ...(datarefBase === undefined ? {} : { datarefBase }),
    },
    ...(lenders === undefined
      ? {}
      : {
          lenders: {
            tasks: lenders.map((input) => makeConvertTask(plan, input)),
            skip: file.pair?.skip ?? 0,
          },
        }),
  };
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([MAPPING_VERSION, decided]))
    .digest('hex')
    .slice(0, 16);
  return {
    ...decided,
    size: file.size,
    etag: file.etag,
    adjacent: file.adjacent === true,
    ...(file.splits === undefined ? {} : { splits: file.splits }),
    fingerprint,
  };
}

/** The task with its lookups made ready. `datarefBase` is the destination's address unless the settings give one. */
export function makeSourceMapping(task: ConvertTask, datarefBase: string, live?: LiveRows): SourceMapping {
  const { settings } = task;
  const types = new Map(task.types);
  const encoders = new Map<string, RowEncoder | undefined>();
  const shape = (header: number, width: number, correlated: boolean): RowEncoder | undefined => {
    const withAml = correlated && settings.keepAmlColumns;
    const key = `${header} ${width} ${withAml}`;
    if (!encoders.has(key)) encoders.set(key, encoderOf(task, types, header, width, withAml));
    return encoders.get(key);
  };
  const { rowId, since, until, datarefOver } = settings;
  return {
    sourceName: task.source,
    path: task.path,
    eventSource: task.eventSource,
    folderTime: task.folderTime,
    shape,
    ...(task.explode === undefined ? {} : { explode: task.explode }),
    ...(rowId === undefined
      ? {}
      : { rowId: { key: `${encodeText(JSON.stringify(rowId.name))}:`, by: rowId.by } }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    recurring: new Set(task.recurring),
    ...(live === undefined ? {} : { live }),
    ...(datarefOver === undefined
      ? {}
      : { dataref: { over: datarefOver, base: encodeText(settings.datarefBase ?? datarefBase) } }),
  };
}

function encoderOf(
  task: ConvertTask,
  types: ReadonlyMap<string, ColumnType>,
  header: number,
  width: number,
  withAml: boolean,
): RowEncoder | undefined {
  const names =
    task.variants[String(width)] ??
    task.shapes.find((shape) => shape.header === header && shape.width === width)?.columns;
  if (names === undefined) return undefined;
  const all = withAml ? [...names, ...CORRELATION_COLUMNS] : names;
  return makeRowEncoder(
    all.map((name) => ({ name, type: types.get(name) ?? 'string' })),
    task.settings.empty,
  );
}
