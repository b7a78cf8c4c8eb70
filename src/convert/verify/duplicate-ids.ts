import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeText } from '../../csv/byte-string.js';
import { murmur3x86128 } from '../../event/event-id.js';

const PARTITIONS = 256;
const ENTRY_BYTES = 32;
const BUFFERED_ENTRIES = 256;
const MAX_SCOPES = 64;

/** Where an event stands: indexes of its source and of the source's output, and the line there. */
export interface EventPlace {
  readonly file: number;
  readonly output: number;
  readonly line: number;
  readonly offset: number;
  readonly bytes: number;
  /** Something is reported of this event already. */
  readonly isReported: boolean;
}

/**
 * Collects the names that must be unique over the whole tree, as 8-byte hashes in 256 files of a temporary folder. Memory while
 * collecting: 2 MiB. Each thread writes files of its own, told apart by `tag`.
 */
export class UniqueNames {
  readonly #folder: string;
  readonly #tag: string;
  readonly #scopes = new Map<string, string>();
  readonly #buffers: { readonly bytes: Buffer; filled: number }[] = [];

  constructor(folder: string, tag: string) {
    this.#folder = folder;
    this.#tag = tag;
    for (let i = 0; i < PARTITIONS; i += 1) {
      this.#buffers.push({ bytes: Buffer.alloc(BUFFERED_ENTRIES * ENTRY_BYTES), filled: 0 });
    }
  }

  /** `name` must be unique among those of its `scope`. */
  add(scope: string, name: string, place: EventPlace): void {
    const hash = murmur3x86128(`${this.#scope(scope)}${encodeText(name)}`);
    const a = hash[0] ?? 0;
    const b = hash[1] ?? 0;
    const partition = a % PARTITIONS;
    const buffer = this.#buffers[partition];
    if (buffer === undefined) return;
    const { bytes } = buffer;
    bytes.writeUInt32LE(a, buffer.filled);
    bytes.writeUInt32LE(b, buffer.filled + 4);
    bytes.writeUInt32LE(place.file, buffer.filled + 8);
    bytes.writeUInt32LE(place.output * 2 + (place.isReported ? 1 : 0), buffer.filled + 12);
    bytes.writeDoubleLE(place.offset, buffer.filled + 16);
    bytes.writeUInt32LE(place.line, buffer.filled + 24);
    bytes.writeUInt32LE(place.bytes, buffer.filled + 28);
    buffer.filled += ENTRY_BYTES;
    if (buffer.filled === bytes.length) this.#write(partition);
  }

  /** Scopes are few and long, so each is hashed once. */
  #scope(scope: string): string {
    const known = this.#scopes.get(scope);
    if (known !== undefined) return known;
    if (this.#scopes.size >= MAX_SCOPES) this.#scopes.clear();
    const [a = 0, b = 0] = murmur3x86128(encodeText(scope));
    const hash = `${a.toString(36)},${b.toString(36)},`;
    this.#scopes.set(scope, hash);
    return hash;
  }

  flush(): void {
    for (let i = 0; i < PARTITIONS; i += 1) this.#write(i);
  }

  #write(partition: number): void {
    const buffer = this.#buffers[partition];
    if (buffer === undefined || buffer.filled === 0) return;
    appendFileSync(
      partitionFile(this.#folder, this.#tag, partition),
      buffer.bytes.subarray(0, buffer.filled),
    );
    buffer.filled = 0;
  }
}

/**
 * Pairs of events whose names have one hash: to be confirmed by reading both. The first of a pair is the first in the order of
 * the files, and pairs come in an order that does not depend on which thread saw what. Memory: one partition of one 256th of
 * all names.
 */
export async function* sameHashes(
  folder: string,
  tags: readonly string[],
): AsyncGenerator<readonly [EventPlace, EventPlace], void, void> {
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const places = new Map<bigint, EventPlace | EventPlace[]>();
    const shared: EventPlace[][] = [];
    for (const tag of tags) {
      const entries = await readPartition(partitionFile(folder, tag, partition));
      for (let at = 0; at < entries.length; at += ENTRY_BYTES) {
        const hash = entries.readBigUInt64LE(at);
        const place = readPlace(entries, at);
        const known = places.get(hash);
        if (known === undefined) places.set(hash, place);
        else if (Array.isArray(known)) known.push(place);
        else {
          const group = [known, place];
          places.set(hash, group);
          shared.push(group);
        }
      }
    }
    for (const group of shared) group.sort(byPlace);
    shared.sort(([a], [b]) => (a === undefined || b === undefined ? 0 : byPlace(a, b)));
    for (const [first, ...others] of shared) {
      for (const other of others) if (first !== undefined) yield [first, other];
    }
  }
}

function byPlace(a: EventPlace, b: EventPlace): number {
  return a.file - b.file || a.output - b.output || a.line - b.line;
}

function readPlace(entries: Buffer, at: number): EventPlace {
  const output = entries.readUInt32LE(at + 12);
  return {
    file: entries.readUInt32LE(at + 8),
    output: output >>> 1,
    isReported: (output & 1) === 1,
    offset: entries.readDoubleLE(at + 16),
    line: entries.readUInt32LE(at + 24),
    bytes: entries.readUInt32LE(at + 28),
  };
}

async function readPartition(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    // Nothing hashed there.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function partitionFile(folder: string, tag: string, partition: number): string {
  return join(folder, `${tag}-${partition}`);
}
