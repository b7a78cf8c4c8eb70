import type { CallRecords } from './call-reader.js';
import { KEY_WORDS } from './call-record.js';

const NONE = -1;

/**
 * Which records of the two sides are of one id: a hash table over their keys, without a string or an object for any of them. Memory: 32
 * bytes a record.
 */
export class MetCalls {
  /** Ids. */
  count = 0;
  readonly #sides: readonly [CallRecords, CallRecords];
  readonly #slots: Int32Array;
  /** Of each id and side the first record, and of each record the next one of its id; -1: none. */
  readonly #first: readonly [Int32Array, Int32Array];
  readonly #next: readonly [Int32Array, Int32Array];

  constructor(legacy: CallRecords, v2: CallRecords) {
    const total = legacy.count + v2.count;
    this.#sides = [legacy, v2];
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * total + 1))).fill(NONE);
    this.#first = [new Int32Array(total).fill(NONE), new Int32Array(total).fill(NONE)];
    this.#next = [new Int32Array(legacy.count).fill(NONE), new Int32Array(v2.count).fill(NONE)];
    // From the last on, so that chains are in the records' order.
    for (const side of [0, 1] as const) {
      for (let i = this.#sides[side].count - 1; i >= 0; i -= 1) this.#put(side, i);
    }
  }

  /** The first record of the `n`-th id; -1: that side has none. */
  legacy(n: number): number {
    return this.#first[0][n] ?? NONE;
  }

  v2(n: number): number {
    return this.#first[1][n] ?? NONE;
  }

  /** Whether one side has the id more than once. */
  isDoubled(n: number): boolean {
    return (this.#next[0][this.legacy(n)] ?? NONE) >= 0 || (this.#next[1][this.v2(n)] ?? NONE) >= 0;
  }

  allLegacy(n: number): number[] {
    return this.#chain(0, this.legacy(n));
  }

  allV2(n: number): number[] {
    return this.#chain(1, this.v2(n));
  }

  #chain(side: 0 | 1, first: number): number[] {
    const chain: number[] = [];
    for (let i = first; i >= 0; i = this.#next[side][i] ?? NONE) chain.push(i);
    return chain;
  }

  #put(side: 0 | 1, index: number): void {
    const own = this.#sides[side];
    const mask = this.#slots.length - 1;
    for (let slot = own.keyWord(index, 1) & mask; ; slot = (slot + 1) & mask) {
      const known = this.#slots[slot] ?? NONE;
      if (known >= 0 && !this.#isOf(known, own, index)) continue;
      const id = known >= 0 ? known : this.count;
      if (known < 0) {
        this.#slots[slot] = id;
        this.count += 1;
      }
      this.#next[side][index] = this.#first[side][id] ?? NONE;
      this.#first[side][id] = index;
      return;
    }
  }

  #isOf(id: number, records: CallRecords, index: number): boolean {
    const side = this.legacy(id) >= 0 ? 0 : 1;
    const other = this.#sides[side];
    const at = this.#first[side][id] ?? 0;
    for (let word = 0; word < KEY_WORDS; word += 1) {
      if (other.keyWord(at, word) !== records.keyWord(index, word)) return false;
    }
    return true;
  }
}
