import { readFileSync } from 'node:fs';
import { MdcBridgeError } from '../../errors.js';
import { type CollectionPath, formatCollectionPath } from '../../event/event-path.js';
import type { ColumnType } from '../../mapping/column-types.js';
import type { MappingSettings } from '../../mapping/settings.js';
import { checkChoice } from '../choice.js';
import type { KnownTypes } from './typed-rows.js';

/** Types of a collection's columns: as they are, or in the plan of its history (the file that `mdc-bridge plan --out` wrote). */
export type TypesOption = Readonly<Record<string, ColumnType>> | { readonly plan: string };

const TYPES = ['null', 'integer', 'number', 'boolean', 'string'] as const satisfies readonly ColumnType[];

/** What is known of the history that events are to meet: its columns' types, and how a plan writes its rows. */
export class History {
  /** Of the plan: what the caller does not say otherwise. */
  readonly settings: HistorySettings;
  readonly #file: string;
  readonly #given: KnownTypes;
  readonly #planned: readonly PlannedCollection[] | undefined;

  /** @throws MdcBridgeError `plan-file` for a file that can't be read, `usage` for a type that there is not. */
  constructor(types: TypesOption | undefined) {
    const planned = types !== undefined && isPlanned(types);
    this.#file = planned ? types.plan : '';
    const { collections, settings = {} } = planned ? readPlan(types.plan) : {};
    const { rowId, empty } = settings;
    this.settings = { ...(rowId && { rowId }), ...(empty && { empty }) };
    this.#planned = planned ? (collections ?? []) : undefined;
    this.#given = new Map(Object.entries<ColumnType>(planned ? {} : { ...types }));
    for (const [name, type] of this.#given) checkChoice(`types: column ${JSON.stringify(name)}`, type, TYPES);
  }

  /** @throws MdcBridgeError `plan-file` for a plan that has nothing of this collection. */
  typesOf(path: CollectionPath): KnownTypes {
    if (this.#planned === undefined) return this.#given;
    const name = formatCollectionPath(path);
    const found = this.#planned.find((one) => formatCollectionPath(one) === name);
    if (found === undefined) {
      throw new MdcBridgeError('plan-file', `the plan has no collection ${name}`, {
        place: { file: this.#file },
        remedy: "give the plan of this service's history, and the same endpoint and deployment",
      });
    }
    const known = found.columns.filter(({ type }) => TYPES.some((one) => one === type));
    return new Map(known.map(({ name: column, type }) => [column, type]));
  }
}

/** As in `MappingSettings`. */
export type HistorySettings = Partial<Pick<MappingSettings, 'rowId' | 'empty'>>;

function isPlanned(types: TypesOption): types is { readonly plan: string } {
  return typeof types['plan'] === 'string' && !TYPES.some((type) => type === types['plan']);
}

/** As much of a plan as is needed here. */
interface PlannedHistory {
  readonly collections?: readonly PlannedCollection[];
  readonly settings?: HistorySettings;
}

interface PlannedCollection extends CollectionPath {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
}

function readPlan(file: string): PlannedHistory {
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
