import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CallKey,
  type CallPlace,
  FLAGS,
  PARTITIONS,
  RECORD_BYTES,
  type Side,
  WORDS,
} from './call-record.js';
import { idHash } from './id-hash.js';
import type { RowsDigest } from './rows-digest.js';

const BLOCK_RECORDS = 256;
/** Opening a file for each block would take longer than writing it. */
const BLOCKS_AT_ONCE = 40;

/** Those of the call at hand. */
const BASE_HASH: Int32Array = new Int32Array(4);
const OWN_HASH: Int32Array = new Int32Array(4);

/** Where one side's calls are in a temporary folder, and which partition each block of them is of; each thread has its own tag. */
export function callFiles(
  folder: string,
  side: Side,
  tag: string,
): { readonly records: string; readonly blocks: string } {
  const name = join(folder, `${side}-${tag}`);
  return { records: name, blocks: `${name}.blocks` };
}

/** Writes one side's calls in blocks of one partition each. Memory: 7 MiB, and 8 bytes for each 256 calls. */
export class CallWriter {
  readonly #files: ReturnType<typeof callFiles>;
  readonly #buffers: (PartitionBuffer | undefined)[];
  /** Partition and number of records of each block, as they stand in the file. */
  readonly #blocks: number[] = [];
  readonly #unwritten: Buffer = Buffer.allocUnsafeSlow(BLOCKS_AT_ONCE * BLOCK_RECORDS * RECORD_BYTES);
  #length = 0;

  constructor(folder: string, side: Side, tag: string) {
    this.#files = callFiles(folder, side, tag);
    this.#buffers = Array.from({ length: PARTITIONS }, () => undefined);
  }

  add(key: CallKey, place: CallPlace, rows: RowsDigest): void {
    const base = idHash(key.base, BASE_HASH);
    const own = key.base === key.correlationId ? base : idHash(key.correlationId, OWN_HASH);
    const partition = (base[0] ?? 0) & (PARTITIONS - 1);
    const buffer = this.#buffers[partition] ?? new PartitionBuffer();
    this.#buffers[partition] = buffer;
    const { words, doubles, count } = buffer;
    const at = count * WORDS;
    words.set(own, at);
    words[at + 4] = place.collection;
    words[at + 5] = flagsOf(place, rows);
    words[at + 6] = base[0] ?? 0;
    words[at + 7] = base[1] ?? 0;
    words[at + 8] = rows.orderA;
    words[at + 9] = rows.orderB;
    words[at + 10] = rows.sumA;
    words[at + 11] = rows.sumB;
    words[at + 12] = rows.spelling;
    words[at + 13] = rows.rows;
    doubles[at / 2 + 7] = place.time;
    doubles[at / 2 + 8] = place.offset;
    doubles[at / 2 + 9] = place.bytes;
    words[at + 20] = place.file;
    words[at + 21] = place.line;
    words[at + 22] = place.part;
    buffer.count += 1;
    if (buffer.count === BLOCK_RECORDS) this.#endBlock(partition, buffer);
  }

  /** All that was added is in the files. */
  flush(): void {
    for (const [partition, buffer] of this.#buffers.entries()) {
      if (buffer !== undefined && buffer.count > 0) this.#endBlock(partition, buffer);
    }
    this.#write();
    writeFileSync(this.#files.blocks, Uint32Array.from(this.#blocks));
  }

  #endBlock(partition: number, buffer: PartitionBuffer): void {
    const bytes = new Uint8Array(buffer.words.buffer, 0, buffer.count * RECORD_BYTES);
    if (this.#length + bytes.length > this.#unwritten.length) this.#write();
    this.#unwritten.set(bytes, this.#length);
    this.#length += bytes.length;
    this.#blocks.push(partition, buffer.count);
    buffer.count = 0;
  }

  #write(): void {
    appendFileSync(this.#files.records, this.#unwritten.subarray(0, this.#length));
    this.#length = 0;
  }
}

/** Records of one partition that are still to be written. */
class PartitionBuffer {
  readonly words: Int32Array<ArrayBuffer> = new Int32Array(BLOCK_RECORDS * WORDS);
  readonly doubles: Float64Array = new Float64Array(this.words.buffer);
  count = 0;
}

function flagsOf(
  { isRejected, isMisfit, isSampledOut, isOutsideDual }: CallPlace,
  { isRounded }: RowsDigest,
): number {
  return (
    (isRejected ? FLAGS.rejected : 0) |
    (isSampledOut ? FLAGS.sampledOut : 0) |
    (isOutsideDual ? FLAGS.outsideDual : 0) |
    (isRounded ? FLAGS.rounded : 0) |
    (isMisfit ? FLAGS.misfit : 0)
  );
}
