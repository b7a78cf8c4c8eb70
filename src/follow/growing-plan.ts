import { MappedList } from '../convert/mapped-list.js';
import { PackedList } from '../convert/packed-list.js';
import type { DayCensus, FilePlan, LongList, Plan } from '../convert/plan-file.js';

type Held = Required<Pick<Plan, 'waiting' | 'stopped'>>;

/** A plan to which sources come, and whose sources grow. Memory: besides the plan a name and a number a source. */
export class GrowingPlan {
  #base: Plan;
  readonly #indexes = new Map<string, number>();
  /** In place of the base's entries, or beside them. */
  readonly #newer = new Map<string, FilePlan>();
  /** Names of the sources that an entry borrows from: their numbers change when others come. */
  readonly #lenders = new Map<string, readonly string[]>();
  /** Whether it is another than it was when this was last said to be false. */
  isChanged = true;
  #isRenumbered = false;

  constructor(plan: Plan) {
    this.#base = plan;
    this.#take(plan);
  }

  /** What was decided of all sources together, as it is now: nothing has to be settled for that. */
  get decided(): Omit<Plan, 'files'> {
    return this.#base;
  }

  file(source: string): FilePlan | undefined {
    const newer = this.#newer.get(source);
    if (newer !== undefined) return newer;
    const index = this.#indexes.get(source);
    return index === undefined ? undefined : this.#base.files.at(index);
  }

  /** `lenders`: whose correlations it borrows, by name, where that is not what it was. */
  put(file: FilePlan, lenders?: readonly string[]): void {
    this.#newer.set(file.source, file);
    this.isChanged = true;
    this.#isRenumbered ||= !this.#indexes.has(file.source) || lenders !== undefined;
    if (lenders !== undefined) this.#lenders.set(file.source, lenders);
  }

  /** All but the files. */
  change(parts: Partial<Omit<Plan, 'files'>>): void {
    this.#base = { ...this.#base, ...parts };
    this.isChanged = true;
  }

  /** Replaces what is known of these days. */
  putDays(days: readonly DayCensus[]): void {
    const fresh = new Set(days.map(dayKey));
    this.change({ days: [...this.#base.days.filter((day) => !fresh.has(dayKey(day))), ...days] });
  }

  /** What is not converted yet, and why. */
  putHeld(held: Held): void {
    const { waiting = [], stopped = [], ...others } = this.#base;
    if (JSON.stringify({ waiting, stopped }) === JSON.stringify(held)) return;
    this.isChanged = true;
    this.#base = {
      ...others,
      ...(held.waiting.length === 0 ? {} : { waiting: held.waiting }),
      ...(held.stopped.length === 0 ? {} : { stopped: held.stopped }),
    };
  }

  /** As it is now; also makes up for memory that changes took. */
  settle(): Plan {
    if (this.#newer.size === 0) return this.#base;
    const files = this.#isRenumbered ? this.#merged() : this.#replaced();
    this.#base = { ...this.#base, files };
    this.#newer.clear();
    this.#isRenumbered = false;
    this.#take(this.#base);
    return this.#base;
  }

  #take({ files }: Plan): void {
    this.#indexes.clear();
    let index = 0;
    for (const { source, pair } of files) {
      this.#indexes.set(source, index);
      index += 1;
      if (pair === undefined || this.#lenders.has(source)) continue;
      this.#lenders.set(
        source,
        pair.inputs.map((input) => files.at(input)?.source ?? ''),
      );
    }
  }

  #replaced(): LongList<FilePlan> {
    return PackedList.from(new MappedList(this.#base.files, (file) => this.#newer.get(file.source) ?? file));
  }

  /** In the order of the names' bytes. */
  #merged(): LongList<FilePlan> {
    const names = new Set([...this.#base.files.values().map(({ source }) => source), ...this.#newer.keys()]);
    const ordered = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const numbers = new Map(ordered.map((name, index) => [name, index]));
    const files = new PackedList<FilePlan>();
    for (const name of ordered) {
      const file = this.file(name);
      if (file === undefined) continue;
      const inputs = file.pair && this.#lenders.get(name)?.flatMap((lender) => numbers.get(lender) ?? []);
      files.push(
        inputs === undefined || file.pair === undefined ? file : { ...file, pair: { ...file.pair, inputs } },
      );
    }
    return files;
  }
}

function dayKey({ workspace, service, model, version, date }: DayCensus): string {
  return [workspace, service, model, version, date].join('\0');
}
