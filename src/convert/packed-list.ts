import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { LongList } from './plan-file.js';

/** Where the blocks of a list are kept, by their numbers: 0, 1, 2, ... */
export interface Blocks {
  add(block: Uint8Array): void;
  get(index: number): Uint8Array;
}

/** Of text, before it is packed: so long a block pays for its beginning, and is quickly read for one item, and soon forgotten. */
const BLOCK_CHARACTERS = 2 ** 15;
/** Of a block that is unpacked: in one piece, unless it ends with a long item. */
const UNPACKED_BYTES = 40 * 1024;
/** Read blocks that are kept: whoever goes through two parts of a list side by side reads each block once. More would outlive the nursery. */
const KEPT_BLOCKS = 2;
/** Fastest; the texts of neighbours differ in little, so that more effort gains next to nothing. */
const LEVEL = 1;

interface ReadBlock {
  readonly index: number;
  readonly items: readonly string[];
}

/**
 * A list of JSON values that takes some tens of bytes an item, where objects take some thousands: items are added at the end,
 * packed in blocks, and made anew each time that they are read. Nothing of it is shared: changing an item changes no other reading.
 */
export class PackedList<T> implements LongList<T> {
  readonly #blocks: Blocks;
  /** For each block, the index of its first item. */
  readonly #starts: number[] = [];
  /** The last items, which are in no block yet. */
  #open: string[] = [];
  #openCharacters = 0;
  #length = 0;
  #kept: ReadBlock[] = [];

  constructor(blocks: Blocks = new BlocksInMemory()) {
    this.#blocks = blocks;
  }

  static from<T>(items: Iterable<T>): PackedList<T> {
    const list = new PackedList<T>();
    for (const item of items) list.push(item);
    return list;
  }

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    const text = JSON.stringify(item);
    this.#open.push(text);
    this.#openCharacters += text.length;
    this.#length += 1;
    if (this.#openCharacters >= BLOCK_CHARACTERS) this.#close();
  }

  /** As an array's: from the end if negative. */
  at(index: number): T | undefined {
    const from = Math.trunc(index) || 0;
    const i = from < 0 ? from + this.#length : from;
    if (i < 0 || i >= this.#length) return undefined;
    const block = this.#blockOf(i);
    const text = this.#read(block)[i - this.#startOf(block)];
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  *values(): Generator<T, undefined, void> {
    // By index: an item may be added, and a block closed, between two of them.
    for (let i = 0; i < this.#length; i += 1) yield this.at(i) as T;
    return undefined;
  }

  [Symbol.iterator](): Generator<T, undefined, void> {
    return this.values();
  }

  /** `JSON.stringify` gives an array. */
  toJSON(): T[] {
    return [...this];
  }

  #close(): void {
    // JSON has no line feed but between tokens, where JSON.stringify puts none.
    this.#blocks.add(deflateRawSync(this.#open.join('\n'), { level: LEVEL }));
    this.#starts.push(this.#length - this.#open.length);
    this.#open = [];
    this.#openCharacters = 0;
  }

  /** The number of the block that holds the item; the open one is behind the last. */
  #blockOf(index: number): number {
    let [from, to] = [0, this.#starts.length];
    if (index >= this.#length - this.#open.length) return to;
    while (to - from > 1) {
      const middle = (from + to) >>> 1;
      if ((this.#starts[middle] ?? 0) <= index) from = middle;
      else to = middle;
    }
    return from;
  }

  #startOf(block: number): number {
    return this.#starts[block] ?? this.#length - this.#open.length;
  }

  #read(block: number): readonly string[] {
    if (block === this.#starts.length) return this.#open;
    const at = this.#kept.findIndex(({ index }) => index === block);
    const found = this.#kept[at] ?? { index: block, items: unpack(this.#blocks.get(block)) };
    if (at !== 0) {
      const others = this.#kept.filter(({ index }) => index !== block);
      this.#kept = [found, ...others.slice(0, KEPT_BLOCKS - 1)];
    }
    return found.items;
  }
}

function unpack(block: Uint8Array): string[] {
  return inflateRawSync(block, { chunkSize: UNPACKED_BYTES }).toString('utf8').split('\n');
}

/** Bytes that are asked for at once: so many come straight from the system, and leave no holes among what is soon forgotten. */
const SLAB_BYTES = 2 ** 20;

/** Off the heap, one behind the other. */
class BlocksInMemory implements Blocks {
  readonly #blocks: Uint8Array[] = [];
  #room = new Uint8Array(0);

  add(block: Uint8Array): void {
    if (block.length > this.#room.length) this.#room = new Uint8Array(Math.max(SLAB_BYTES, block.length));
    this.#room.set(block);
    this.#blocks.push(this.#room.subarray(0, block.length));
    this.#room = this.#room.subarray(block.length);
  }

  get(index: number): Uint8Array {
    const block = this.#blocks[index];
    if (block === undefined) throw new RangeError(`a list has no block ${index}`);
    return block;
  }
}
