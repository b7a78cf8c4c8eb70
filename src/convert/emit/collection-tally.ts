import { type CollectionPath, formatCollectionPath } from '../../event/event-path.js';
import { type ColumnType, mergeTypes, type TokenKind } from '../../mapping/column-types.js';
import type { MappingSettings } from '../../mapping/settings.js';
import type { CollectionPlan, FilePlan, NameEntry } from '../plan-file.js';
import type { SourceResult } from '../report.js';
import { clip, type DayWindow, union, windowOf } from './day-window.js';
import type { HistoricCollection, HistoricColumn, Role } from './historic-collection.js';

interface ColumnTally {
  type: ColumnType;
  tokens: number;
  nulls: number;
}

/** Adds up one collection over the files of all plans that have it. */
export class CollectionTally {
  readonly #path: CollectionPath;
  readonly #name: NameEntry;
  readonly #columns = new Map<string, ColumnTally>();
  #planned = 0;
  #left = 0;
  #rows = 0;
  #events = 0;
  #days: DayWindow | undefined;
  #latest = '';
  #rowId: string | undefined;
  #hasAmlColumns = false;
  #hasDatarefs = false;

  constructor({ endpoint, deployment, collection }: CollectionPath, name: NameEntry) {
    this.#path = { endpoint, deployment, collection };
    this.#name = name;
  }

  /** Once for each plan. */
  addColumns(
    { columns }: CollectionPlan,
    { rowId, keepAmlColumns, datarefOver, empty }: MappingSettings,
  ): void {
    for (const { name, type, counts } of columns) {
      const tally = this.#columns.get(name) ?? { type, tokens: 0, nulls: 0 };
      tally.type = mergeTypes(tally.type, type);
      tally.tokens += Object.values(counts ?? {}).reduce((sum, n) => sum + n, 0);
      tally.nulls += nullKinds(type, empty).reduce((sum, kind) => sum + (counts?.[kind] ?? 0), 0);
      this.#columns.set(name, tally);
    }
    this.#rowId ??= rowId?.name;
    this.#hasAmlColumns ||= keepAmlColumns === true;
    this.#hasDatarefs ||= datarefOver !== undefined;
  }

  addFile(file: FilePlan, done: SourceResult | undefined, settings: MappingSettings): void {
    const rows = (file.counts?.rows ?? 0) - sum(file.counts?.rejected ?? {});
    this.#planned += rows;
    if (done === undefined) this.#left += 1;
    this.#rows += done?.rows ?? 0;
    this.#events += done?.events ?? 0;
    if (rows <= 0 || done?.rows === 0) return;
    const days = clip(windowOf(file), settings);
    if (days.start >= days.end) return;
    this.#days = this.#days === undefined ? days : union(this.#days, days);
    const latest = file.lastTime ?? file.date;
    if (latest > this.#latest) this.#latest = latest;
  }

  /** `undefined`: it has no events yet, or never will. */
  history(): HistoricCollection | undefined {
    if (this.#rows === 0 || this.#days === undefined) return undefined;
    const { workspace, service, model, version } = this.#name;
    return {
      ...this.#path,
      role: roleOf(this.#path, this.#name),
      identity: { workspace, service, model, version },
      columns: [...this.#columns].map(([name, tally]) => columnOf(name, tally)),
      rows: this.#rows,
      events: this.#events,
      days: this.#days,
      latest: this.#latest,
      ...(this.#rowId === undefined ? {} : { rowId: this.#rowId }),
      hasAmlColumns: this.#hasAmlColumns,
      hasDatarefs: this.#hasDatarefs,
    };
  }

  whyEmpty(): { readonly path: string; readonly why: string } | undefined {
    if (this.history() !== undefined) return undefined;
    const path = formatCollectionPath(this.#path);
    if (this.#left > 0) return { path, why: 'none of its rows is converted yet' };
    return {
      path,
      why: this.#planned > 0 ? 'every row was rejected or out of range' : 'it has no rows to convert',
    };
  }
}

function columnOf(name: string, { type, tokens, nulls }: ColumnTally): HistoricColumn {
  return { name, type, nullRate: tokens === 0 ? 0 : nulls / tokens };
}

/** What becomes null in a column of this type. */
function nullKinds(type: ColumnType, empty: MappingSettings['empty']): TokenKind[] {
  if (type !== 'string') return ['empty', 'nan', 'infinity'];
  return empty === 'string' ? ['nan'] : ['empty', 'nan'];
}

/** By its own name first: `--map raw=model_inputs` makes inputs of an old free-text identifier. */
function roleOf({ collection }: CollectionPath, { designation }: NameEntry): Role {
  if (collection === 'model_inputs' || designation === 'inputs') return 'inputs';
  if (collection === 'model_outputs' || designation === 'predictions') return 'outputs';
  return collection === 'labels' || designation === 'labels' ? 'labels' : 'other';
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, n) => total + n, 0);
}
