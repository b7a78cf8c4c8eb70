/** Items that few sources have one of their own: each is held once, under a number. */
export class Table<T> {
  readonly items: T[] = [];
  readonly #indexes = new Map<string, number>();

  /** `make`s the item of a key that is new. */
  indexOf(key: string, make: () => T): number {
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const index = this.items.length;
    this.#indexes.set(key, index);
    this.items.push(make());
    return index;
  }
}
