import { readFileSync } from 'node:fs';
import { MdcBridgeError } from '../../errors.js';
import { type CollectionPath, formatCollectionPath } from '../../event/event-path.js';
import type { ColumnType } from '../../mapping/column-types.js';
import type { KnownTypes } from './typed-rows.js';

/** Types of a collection's columns: as they are, or in the plan of its history (the file that `mdc-bridge plan --out` wrote). */
export type TypesOption = Readonly<Record<string, ColumnType>> | { readonly plan: string };

const TYPES: ReadonlySet<unknown> = new Set<ColumnType>(['null', 'integer', 'number', 'boolean', 'string']);

/** @throws MdcBridgeError `plan-file` for a file that can't be read, or has nothing of this collection. */
export function readKnownTypes(types: TypesOption | undefined, path: CollectionPath): KnownTypes {
  if (types === undefined) return new Map();
  if (!isPlanned(types)) return new Map(Object.entries(types));
  const name = formatCollectionPath(path);
  const { collections = [] } = readPlan(types.plan);
  const found = collections.find((one) => formatCollectionPath(one) === name);
  if (found === undefined) {
    throw new MdcBridgeError('plan-file', `the plan has no collection ${name}`, {
      place: { file: types.plan },
      remedy: "give the plan of this service's history, and the same endpoint and deployment",
    });
  }
  return new Map(
    found.columns.filter(({ type }) => TYPES.has(type)).map(({ name: column, type }) => [column, type]),
  );
}

function isPlanned(types: TypesOption): types is { readonly plan: string } {
  return typeof types['plan'] === 'string' && !TYPES.has(types['plan']);
}

/** As much of a plan as is needed here. */
interface PlannedTypes {
  readonly collections?: readonly (CollectionPath & {
    readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  })[];
}

function readPlan(file: string): PlannedTypes {
  try {
    const plan: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof plan === 'object' && plan !== null && Object.hasOwn(plan, 'collections')) return plan;
  } catch (cause) {
    throw noPlan(file, cause);
  }
  throw noPlan(file);
}

function noPlan(file: string, cause?: unknown): MdcBridgeError {
  return new MdcBridgeError('plan-file', 'this is no plan, or it can’t be read', {
    place: { file },
    cause,
    remedy: 'give the file that `mdc-bridge plan SRC --out plan.json` wrote',
  });
}
