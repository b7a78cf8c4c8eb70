/** Indexes by what they have in common, in the order in which the first of each group came: 8 bytes an index, and a key a group. */
export class Groups {
  readonly #numbers = new Map<string, number>();
  readonly #groupOf: Uint32Array;
  readonly #sizes: number[] = [];
  #length = 0;

  /** For so many indexes. */
  constructor(length: number) {
    this.#groupOf = new Uint32Array(length);
  }

  /** The next index's key. */
  add(key: string): void {
    const group = this.#numbers.get(key) ?? this.#sizes.length;
    if (group === this.#sizes.length) {
      this.#numbers.set(key, group);
      this.#sizes.push(0);
    }
    this.#groupOf[this.#length] = group;
    this.#sizes[group] = (this.#sizes[group] ?? 0) + 1;
    this.#length += 1;
  }

  /** For each group its indexes, in ascending order. */
  *members(): Generator<Uint32Array, void, void> {
    const starts = new Uint32Array(this.#sizes.length + 1);
    for (const [group, size] of this.#sizes.entries()) starts[group + 1] = (starts[group] ?? 0) + size;
    const next = starts.slice();
    const ordered = new Uint32Array(this.#length);
    for (let index = 0; index < this.#length; index += 1) {
      const group = this.#groupOf[index] ?? 0;
      ordered[next[group] ?? 0] = index;
      next[group] = (next[group] ?? 0) + 1;
    }
    for (const group of this.#sizes.keys()) yield ordered.subarray(starts[group], starts[group + 1]);
  }
}
