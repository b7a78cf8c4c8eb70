/** Where the halves of a 64-bit number stand in memory, in words; that depends on the machine. */
export const LOW: 0 | 1 = new Uint32Array(BigUint64Array.of(1n).buffer)[0] === 1 ? 0 : 1;
export const HIGH: 0 | 1 = LOW === 0 ? 1 : 0;

/** A set of 64-bit hashes, given as two 32-bit halves: 8 bytes an entry, no objects. Open addressing, at most half full. */
export class HashSet64 {
  #slots: Uint32Array;
  #mask: number;
  #hasZero = false;
  #count = 0;

  /** Room for so many entries before it first grows. */
  constructor(capacity = 1024) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(capacity, 8) * 2));
    this.#slots = new Uint32Array(slots * 2);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#count + (this.#hasZero ? 1 : 0);
  }

  /** True if the hash was not there yet. */
  add(high: number, low: number): boolean {
    // Two zero halves mark an empty slot, so that hash has a place of its own.
    if (high === 0 && low === 0) {
      const fresh = !this.#hasZero;
      this.#hasZero = true;
      return fresh;
    }
    const at = this.#find(high, low);
    if (this.#slots[at] !== 0 || this.#slots[at + 1] !== 0) return false;
    this.#slots[at] = high;
    this.#slots[at + 1] = low;
    this.#count += 1;
    if (this.#count * 2 > this.#mask) this.#grow();
    return true;
  }

  has(high: number, low: number): boolean {
    if (high === 0 && low === 0) return this.#hasZero;
    const at = this.#find(high, low);
    return this.#slots[at] !== 0 || this.#slots[at + 1] !== 0;
  }

  /** All entries as 64-bit numbers. Their halves are written one by one: a BigInt each would take most of the time. */
  entries(): BigUint64Array {
    const out = new BigUint64Array(this.size);
    const halves = new Uint32Array(out.buffer);
    let n = this.#hasZero ? 2 : 0;
    for (let i = 0; i < this.#slots.length; i += 2) {
      const high = this.#slots[i] ?? 0;
      const low = this.#slots[i + 1] ?? 0;
      if (high === 0 && low === 0) continue;
      halves[n + LOW] = low;
      halves[n + HIGH] = high;
      n += 2;
    }
    return out;
  }

  clear(): void {
    this.#slots.fill(0);
    this.#count = 0;
    this.#hasZero = false;
  }

  /** The slot that holds the hash, or the empty one where it would go. */
  #find(high: number, low: number): number {
    let slot = (high ^ low) & this.#mask;
    for (;;) {
      const at = slot * 2;
      const h = this.#slots[at];
      const l = this.#slots[at + 1];
      if ((h === high >>> 0 && l === low >>> 0) || (h === 0 && l === 0)) return at;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#mask = this.#slots.length / 2 - 1;
    for (let i = 0; i < old.length; i += 2) {
      const high = old[i] ?? 0;
      const low = old[i + 1] ?? 0;
      if (high === 0 && low === 0) continue;
      const at = this.#find(high, low);
      this.#slots[at] = high;
      this.#slots[at + 1] = low;
    }
  }
}
