import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CallTail } from './call-tail.ts';
import type { CellPool } from './cell-pool.ts';
import type { Random } from './random.ts';

const BUFFER_BYTES = 4 * 1024 * 1024;
/** Shared, since only as many files are open as a call has collections; 20,000 small files must not allocate one each. */
const spare: Buffer[] = [];

/** One CSV blob being written. */
export class RowFile {
  bytes = 0;
  rows = 0;
  readonly #file: number;
  readonly #buffer: Buffer;
  readonly #longestRow: number;
  readonly #pools: readonly CellPool[];
  readonly #random: Random;
  #used = 0;

  /** @param header with its names in order, without the line's end. */
  constructor(path: string, header: string, pools: readonly CellPool[], random: Random) {
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, 'wx');
    this.#buffer = spare.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
    this.#pools = pools;
    this.#random = random;
    this.#longestRow = pools.reduce((sum, pool) => sum + pool.longest, 0) + 512;
    this.#used = this.#buffer.write(`${header}\r\n`, 'utf8');
    this.bytes = this.#used;
  }

  addRow(tail: CallTail): void {
    if (this.#used + this.#longestRow > BUFFER_BYTES) this.#flush();
    const start = this.#used;
    let at = start;
    for (const pool of this.#pools) at = pool.copy(this.#random.below(pool.count), this.#buffer, at);
    at += tail.bytes.copy(this.#buffer, at, 0, tail.length);
    this.#used = at;
    this.bytes += at - start;
    this.rows += 1;
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
    spare.push(this.#buffer);
  }

  #flush(): void {
    let written = 0;
    while (written < this.#used)
      written += writeSync(this.#file, this.#buffer, written, this.#used - written);
    this.#used = 0;
  }
}
