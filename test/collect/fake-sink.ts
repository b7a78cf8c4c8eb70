import type { Batch, BlobTarget } from '../../src/collect/delivery/batch.js';
import type { RowSink, Written } from '../../src/collect/delivery/row-sink.js';
import { StorageError } from '../../src/errors.js';

/** A storage in memory that can be told to refuse, to hang, and to be slow; it takes each id once, as its contract has it. */
export class FakeSink implements RowSink {
  readonly url: string = 'memory:';
  /** Blob → header and rows. */
  readonly blobs: Map<string, string> = new Map();
  /** Names of the blobs that were asked for. */
  readonly asked: string[] = [];
  readonly #ids = new Set<string>();
  isClosed: boolean = false;
  /** Batches that one blob still takes; the next one is refused. */
  room: number = Number.POSITIVE_INFINITY;
  /** Blobs that are refused. */
  refused: ReadonlySet<string> = new Set();
  /** Answers when it is resolved. */
  gate: Promise<void> | undefined;
  blocks: number | undefined;
  /** Stands behind the name of the blob that took the rows. */
  continuation: string = '';

  async write(target: BlobTarget, batches: readonly Batch[]): Promise<Written> {
    this.asked.push(target.name);
    await this.gate;
    this.take(target, batches);
    return {
      name: target.name + this.continuation,
      ...(this.blocks === undefined ? {} : { blocks: this.blocks }),
    };
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  protected take({ name, header }: BlobTarget, batches: readonly Batch[]): void {
    if (this.refused.has(name)) throw full(name);
    if (!this.blobs.has(name)) this.blobs.set(name, Buffer.from(header ?? '').toString());
    for (const { id, bytes } of batches) {
      if (this.#ids.has(id)) continue;
      if (this.room <= 0) throw full(name);
      this.room -= 1;
      this.#ids.add(id);
      this.blobs.set(name, this.blobs.get(name) + Buffer.from(bytes).toString());
    }
  }
}

/** One that can also be written to at once. */
export class FakeDisk extends FakeSink {
  writeNow(target: BlobTarget, batches: readonly Batch[]): void {
    this.take(target, batches);
  }
}

function full(name: string): StorageError {
  return new StorageError('ENOSPC', `can't append to ${name}: the disk is full (ENOSPC)`, { remedy: 'wait' });
}
