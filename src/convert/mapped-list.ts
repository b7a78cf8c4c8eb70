import type { LongList } from './plan-file.js';

/** A list each of whose items is made of another list's item, anew each time that it is read. */
export class MappedList<T, U> implements LongList<U> {
  readonly #of: LongList<T>;
  readonly #make: (item: T, index: number) => U;

  constructor(of: LongList<T>, make: (item: T, index: number) => U) {
    this.#of = of;
    this.#make = make;
  }

  get length(): number {
    return this.#of.length;
  }

  at(index: number): U | undefined {
    const from = index < 0 ? index + this.length : index;
    const item = this.#of.at(from);
    return item === undefined ? undefined : this.#make(item, from);
  }

  *values(): Generator<U, undefined, void> {
    let index = 0;
    for (const item of this.#of) {
      yield this.#make(item, index);
      index += 1;
    }
    return undefined;
  }

  [Symbol.iterator](): Generator<U, undefined, void> {
    return this.values();
  }
}
