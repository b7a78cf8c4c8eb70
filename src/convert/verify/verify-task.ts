import { MdcBridgeError } from '../../errors.js';
import { eventSource } from '../../event/collected-event.js';
import { type CollectionPath, instanceName } from '../../event/event-path.js';
import type { ColumnType } from '../../mapping/column-types.js';
import type { MappingSettings } from '../../mapping/settings.js';
import type { StoredObject } from '../../storage/storage.js';
import type { CollectionPlan, FilePlan, Plan } from '../plan-file.js';

/** All that is needed to verify one source, as plain data, so that it can be given to another thread. */
export interface VerifyTask {
  /** Of all verified sources: names the source where duplicates are looked for. */
  readonly index: number;
  /** Name within the container. */
  readonly source: string;
  /** Name as the storage lists it. */
  readonly object: string;
  readonly size: number;
  readonly header: 'present' | 'absent';
  readonly path: CollectionPath;
  /** One, unless `sync` wrote the source in parts. */
  readonly parts: readonly [VerifyPart, ...VerifyPart[]];
  /** `sync` follows the source: what lies behind `size` was not settled, or has come since. */
  readonly isFollowed: boolean;
  /** The `source` attribute of its events. */
  readonly eventSource: string;
  /** The folder's time as a legacy timestamp. */
  readonly folderTime: string;
  readonly shapes: FilePlan['shapes'];
  readonly variants: CollectionPlan['variants'];
  readonly types: readonly (readonly [name: string, type: ColumnType])[];
  readonly explode?: number;
  readonly recurring: readonly string[];
  readonly settings: MappingSettings;
  /** Inputs whose correlations the rows borrow, and how many of their rows earlier sources have taken. */
  readonly lenders?: { readonly inputs: readonly Lender[]; readonly skip: number };
  /** Absent: live collection was not heeded when the source was converted. */
  readonly live?: LiveTask;
  /** What the destination holds under the source's instance name. */
  readonly outputs: readonly StoredObject[];
  /** What stands before every dataref. */
  readonly datarefBase: string;
  readonly maxFindings: number;
}

/** What live collection wrote near a source, and history left out. */
export interface LiveTask {
  readonly objects: readonly StoredObject[];
  /** Sources whose rows without a correlation come before its own. */
  readonly earlier: readonly VerifyTask[];
}

/** What becomes of the rows from `start` on goes to files of its own. */
export interface VerifyPart {
  readonly start: number;
  readonly instance: string;
  /** Of its rejects, in the destination. */
  readonly rejects: string;
}

/** The part in which a row stands. */
export function partAt({ parts }: Pick<VerifyTask, 'parts'>, offset: number): VerifyPart {
  return parts.findLast(({ start }) => start <= offset) ?? parts[0];
}

export interface Lender {
  readonly object: string;
  readonly size: number;
  readonly header: 'present' | 'absent';
}

export interface VerifyTaskContext {
  readonly plan: Plan;
  readonly index: number;
  readonly migration: string;
  readonly outputs: readonly StoredObject[];
  readonly destinationUrl: string;
  readonly maxFindings: number;
}

export function makeVerifyTask(file: FilePlan, context: VerifyTaskContext): VerifyTask {
  const { plan } = context;
  const { settings } = plan;
  const names = known(plan.names[file.name], file);
  const { endpoint, deployment, collection, columns, variants } = known(
    plan.collections[file.collection],
    file,
  );
  const part = (start: number, index: number): VerifyPart => {
    const instance = instanceName(plan.source.container, file.source, index);
    return { start, instance, rejects: `${context.migration}/rejects/${instance}.jsonl` };
  };
  const starts = file.followed?.starts ?? [];
  return {
    index: context.index,
    source: file.source,
    ...objectOf(plan, file),
    path: { endpoint, deployment, collection },
    parts: [part(0, 0), ...starts.map(({ offset }, i) => part(offset, i + 1))],
    isFollowed: file.followed !== undefined,
    eventSource: eventSource(names.workspace, names.endpoint, names.deployment),
    folderTime: `${file.date}T${file.hour ?? '00'}:00:00`,
    shapes: file.shapes,
    variants,
    types: columns.map(({ name, type }) => [name, type] as const),
    ...(file.explode === undefined ? {} : { explode: file.explode }),
    recurring: file.recurring,
    settings,
    ...(file.pair === undefined
      ? {}
      : {
          lenders: {
            inputs: file.pair.inputs.map((input) => objectOf(plan, known(plan.files.at(input), file))),
            skip: file.pair.skip,
          },
        }),
    outputs: context.outputs,
    datarefBase: settings.datarefBase ?? context.destinationUrl,
    maxFindings: context.maxFindings,
  };
}

function objectOf(plan: Plan, file: FilePlan): Lender {
  return {
    object: file.source.slice(plan.source.prefix.length),
    size: file.size,
    header: file.header.verdict,
  };
}

function known<T>(part: T | undefined, file: FilePlan): T {
  if (part !== undefined) return part;
  throw new MdcBridgeError('plan-file', 'the plan refers to a part that it does not have', {
    place: { file: file.source },
    remedy: 'convert again: that writes the plan anew',
  });
}
