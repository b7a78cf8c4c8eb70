import { murmur3x86128 } from '../../event/event-id.js';

/** Words of a slot: the hash's two halves, and the count and one more, so that 0 is an empty slot. */
const WORDS = 3;

/** How many of each text, by its 64-bit hash: 24 to 48 bytes a text, no objects. */
export class HashCounts {
  #slots: Uint32Array = new Uint32Array(1024 * WORDS);
  #mask = 1023;
  #size = 0;

  get(text: string): number {
    if (this.#size === 0) return 0;
    const [high = 0, low = 0] = murmur3x86128(text);
    return Math.max(0, (this.#slots[this.#find(high, low) + 2] ?? 0) - 1);
  }

  add(text: string, count: number): void {
    const [high = 0, low = 0] = murmur3x86128(text);
    const at = this.#find(high, low);
    const before = this.#slots[at + 2] ?? 0;
    this.#slots[at] = high;
    this.#slots[at + 1] = low;
    this.#slots[at + 2] = Math.max(1, before) + count;
    if (before > 0) return;
    this.#size += 1;
    if (this.#size * 2 > this.#mask) this.#grow();
  }

  /** The slot that holds the hash, or the empty one where it would go. */
  #find(high: number, low: number): number {
    let slot = (high ^ low) & this.#mask;
    for (;;) {
      const at = slot * WORDS;
      if (this.#slots[at + 2] === 0) return at;
      if (this.#slots[at] === high >>> 0 && this.#slots[at + 1] === low >>> 0) return at;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#mask = this.#slots.length / WORDS - 1;
    for (let i = 0; i < old.length; i += WORDS) {
      if (old[i + 2] === 0) continue;
      const at = this.#find(old[i] ?? 0, old[i + 1] ?? 0);
      this.#slots.set(old.subarray(i, i + WORDS), at);
    }
  }
}
