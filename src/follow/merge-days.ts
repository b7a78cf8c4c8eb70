import type { ColumnPlan, FilePlan, NameEntry, Plan } from '../convert/plan-file.js';
import { formatCollectionPath } from '../event/event-path.js';
import { anonymousColumns } from '../mapping/column-names.js';
import type { GrowingPlan } from './growing-plan.js';
import { changeColumns, type OnTypeChange } from './type-change.js';

/** What came of planning some days again. */
export interface MergedDays {
  /** Collections (by their paths) all of whose events may be others now. */
  readonly changed: ReadonlySet<string>;
  /** Collections whose columns are said to be wider: no event is another for it. */
  readonly widened: ReadonlySet<string>;
  /** Collections that can't go on, and why. */
  readonly stopped: ReadonlyMap<string, string>;
}

export interface MergeOptions {
  readonly policy: OnTypeChange;
  /** Sources of which nothing is left as it was: what they had shown counts no more. */
  readonly replaced: ReadonlySet<string>;
}

/**
 * Takes what some days' own plan says of their sources into the whole plan, whose names and columns stand: sources of a collection
 * that can't go on stay as they were.
 */
export function mergeDays(whole: GrowingPlan, days: Plan, { policy, replaced }: MergeOptions): MergedDays {
  const plan = whole.settle();
  const merge = new DayMerge(plan, days, { policy, replaced });
  for (const [index] of days.collections.entries()) merge.addCollection(index);
  for (const entry of days.names) merge.addName(entry);
  whole.change({ names: merge.names, collections: merge.collections });
  for (const file of days.files) {
    const merged = merge.file(file);
    const before = whole.file(file.source);
    if (merged === undefined || (before !== undefined && isUnchanged(before, merged))) continue;
    const lenders = file.pair?.inputs.map((input) => days.files.at(input)?.source ?? '');
    // Its parts are what they are until it is converted again.
    whole.put(before?.followed === undefined ? merged : { ...merged, followed: before.followed }, lenders);
  }
  whole.putDays(days.days);
  return merge;
}

class DayMerge implements MergedDays {
  readonly changed = new Set<string>();
  readonly widened = new Set<string>();
  readonly stopped = new Map<string, string>();
  readonly names: NameEntry[];
  readonly collections: Plan['collections'][number][];
  readonly #plan: Plan;
  readonly #days: Plan;
  readonly #options: MergeOptions;
  /** Of a collection of the days: its number in the whole plan, and the names that its columns have there. */
  readonly #places = new Map<number, { readonly index: number; readonly rename: (name: string) => string }>();

  constructor(plan: Plan, days: Plan, options: MergeOptions) {
    this.#plan = plan;
    this.#days = days;
    this.#options = options;
    this.names = [...plan.names];
    this.collections = [...plan.collections];
  }

  addCollection(number: number): void {
    const later = this.#days.collections[number];
    if (later === undefined) return;
    const path = formatCollectionPath(later);
    const index = this.collections.findIndex((known) => formatCollectionPath(known) === path);
    const before = this.collections[index];
    if (before === undefined) {
      this.#places.set(number, { index: this.collections.length, rename: (name) => name });
      this.collections.push(later);
      return;
    }
    if (!this.#standing().some(({ collection }) => collection === index)) {
      this.#places.set(number, { index, rename: (name) => name });
      if (typesOf(before.columns) !== typesOf(later.columns)) this.changed.add(path);
      this.collections[index] = later;
      return;
    }
    const rename = this.#rename(number, index);
    const columns = later.columns.map((column): ColumnPlan => ({ ...column, name: rename(column.name) }));
    this.#places.set(number, { index, rename });
    const change = changeColumns(before, columns, this.#options.policy, this.#plan.settings.empty);
    if (change.kind === 'stopped') {
      this.stopped.set(path, change.why);
      return;
    }
    if (change.kind === 'changed') this.changed.add(path);
    else if (typesOf(before.columns) !== typesOf(change.collection.columns)) this.widened.add(path);
    this.collections[index] = change.collection;
  }

  /** Different identities may not meet in one collection; the whole plan's own were looked at when it was made. */
  addName(entry: NameEntry): void {
    if (this.names.some((known) => isSame(known, entry))) return;
    const path = formatCollectionPath(entry);
    const met = this.names.find((known) => formatCollectionPath(known) === path);
    if (met !== undefined && whose(met) !== whose(entry)) {
      this.stopped.set(path, `${path}: ${whose(met)} and ${whose(entry)} would meet in it`);
    }
    this.names.push(entry);
  }

  file(file: FilePlan): FilePlan | undefined {
    const entry = this.#days.names[file.name];
    const place = this.#places.get(file.collection);
    if (entry === undefined || place === undefined || this.stopped.has(formatCollectionPath(entry)))
      return undefined;
    const known = new Set(this.collections[place.index]?.columns.map(({ name }) => name));
    const shapes = file.shapes.map((shape) => ({ ...shape, columns: shape.columns.map(place.rename) }));
    return {
      ...file,
      name: this.names.findIndex((other) => isSame(other, entry)),
      collection: place.index,
      // A column that is not taken in has no place in any event: its rows are rejected for their width.
      shapes: shapes.filter(({ columns }) => columns.every((name) => known.has(name))),
    };
  }

  /** A spelling that differs by case only is the same column; rows without a header have the names that others of their width have. */
  #rename(number: number, index: number): (name: string) => string {
    const columns = this.collections[index]?.columns ?? [];
    const exact = new Set(columns.map(({ name }) => name));
    const byCase = new Map(columns.map(({ name }) => [name.toLowerCase(), name]));
    const agreed = this.#agreedNames(number, index);
    return (name) => agreed.get(name) ?? (exact.has(name) ? name : (byCase.get(name.toLowerCase()) ?? name));
  }

  /** Sources of which the whole plan still says what they are. */
  #standing(): IteratorObject<FilePlan, undefined> {
    return this.#plan.files.values().filter(({ source }) => !this.#options.replaced.has(source));
  }

  /** Of rows without a header: the number that stands for a name → the name. */
  #agreedNames(number: number, index: number): ReadonlyMap<string, string> {
    const [without, ...others] = this.#days.files
      .values()
      .filter(({ collection, header }) => collection === number && header.verdict === 'absent')
      .flatMap(({ shapes }) => shapes.filter(({ header }) => header === 0))
      .filter(({ columns }) => columns.every((name, i) => name === anonymousColumns(columns.length)[i]));
    if (without === undefined || others.some(({ width }) => width !== without.width)) return new Map();
    const named = this.#standing()
      .filter(({ collection, header }) => collection === index && header.verdict === 'present')
      .flatMap(({ shapes }) => shapes.filter(({ width }) => width === without.width));
    const lists = new Map(named.map(({ columns }) => [JSON.stringify(columns), columns]));
    const [agreed = []] = lists.size === 1 ? lists.values() : [];
    return new Map(agreed.map((name, i) => [without.columns[i] ?? '', name]));
  }
}

/** The same content, of which the same becomes. */
function isUnchanged(before: FilePlan, now: FilePlan): boolean {
  const of = ({ size, etag, name, collection, header, shapes, explode, pair }: FilePlan): string =>
    JSON.stringify([size, etag, name, collection, header.verdict, shapes, explode, pair]);
  return now.pair === undefined && of(before) === of(now);
}

function typesOf(columns: readonly ColumnPlan[]): string {
  return JSON.stringify(columns.map(({ name, type }) => [name, type]));
}

function isSame(a: NameEntry, b: NameEntry): boolean {
  return whose(a) === whose(b) && a.designation === b.designation && a.collectionName === b.collectionName;
}

function whose({ workspace, service, model, version }: NameEntry): string {
  return [workspace.toLowerCase(), service, model, version].join('/');
}
