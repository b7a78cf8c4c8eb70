import { StorageError } from '../../errors.js';
import type { Batch, BlobTarget } from '../delivery/batch.js';
import type { Outbox } from '../delivery/outbox.js';
import type { RowSink, Written } from '../delivery/row-sink.js';

/** Events are written when the raw files that they point to are there: a reader never looks for one in vain. */
export class AfterFilesSink implements RowSink {
  readonly url: string;
  readonly writeNow?: (target: BlobTarget, batches: readonly Batch[]) => void;
  readonly #sink: RowSink;
  readonly #files: Outbox;

  /** `writeNow` is there where the sink has it: that says which kind of storage it is. */
  constructor(sink: RowSink, files: Outbox) {
    this.url = sink.url;
    this.#sink = sink;
    this.#files = files;
    if (sink.writeNow !== undefined) this.writeNow = (target, batches) => this.#writeNow(target, batches);
  }

  /** An event's file was offered before it, and so waits, or is there. */
  async write(target: BlobTarget, batches: readonly Batch[], signal?: AbortSignal): Promise<Written> {
    if (this.#files.hasWork()) await this.#files.flush();
    return await this.#sink.write(target, batches, signal);
  }

  async close(): Promise<void> {
    await this.#sink.close();
  }

  #writeNow(target: BlobTarget, batches: readonly Batch[]): void {
    this.#files.writeLast();
    if (this.#files.hasWork()) {
      throw new StorageError('EFILES', `the raw files of ${target.name} are not written`, {
        remedy: 'see what the storage refused them with',
      });
    }
    this.#sink.writeNow?.(target, batches);
  }
}
