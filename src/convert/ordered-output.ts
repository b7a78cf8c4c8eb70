import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBuffer, toByteString } from '../csv/byte-string.js';
import type { PartOutcome } from '../mapping/finish-part.js';
import type { PartSink } from '../mapping/part-writer.js';

/** Lines that wait for an earlier slot are held in memory up to this; beyond it they wait in a temporary file. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

type Waiting =
  | { readonly outcome: PartOutcome; readonly bytes: number }
  | {
      readonly outcome: Extract<PartOutcome, { kind: 'event' }>;
      readonly at: number;
      readonly bytes: number;
    };

/**
 * Gives outcomes on in the order of their slots. A call that stays open for long (another process's rows stand between its own)
 * makes all later events wait, which is why waiting is bounded by disk, not by memory.
 */
export class OrderedOutput implements PartSink {
  readonly #waiting = new Map<number, Waiting>();
  readonly #maxWaitingBytes: number;
  #reserved = 0;
  #next = 0;
  #bytes = 0;
  #spill: { readonly path: string; readonly handle: FileHandle; size: number } | undefined;

  constructor(maxWaitingBytes: number = MAX_WAITING_BYTES) {
    this.#maxWaitingBytes = maxWaitingBytes;
  }

  reserve(): number {
    this.#reserved += 1;
    return this.#reserved - 1;
  }

  fill(slot: number, outcome: PartOutcome): void {
    const bytes = outcome.kind === 'event' ? outcome.line.length : 0;
    this.#waiting.set(slot, { outcome, bytes });
    this.#bytes += bytes;
  }

  /** Takes every outcome whose turn it is. To be called between chunks of the source. */
  async drain(take: (outcome: PartOutcome) => void | Promise<void>): Promise<void> {
    for (let item = this.#waiting.get(this.#next); item !== undefined; item = this.#waiting.get(this.#next)) {
      this.#waiting.delete(this.#next);
      this.#next += 1;
      if ('at' in item) {
        await take({ ...item.outcome, line: await this.#unspill(item.at, item.bytes) });
      } else {
        this.#bytes -= item.bytes;
        await take(item.outcome);
      }
    }
    if (this.#bytes > this.#maxWaitingBytes) await this.#spillWaiting();
  }

  async close(): Promise<void> {
    if (this.#spill === undefined) return;
    await this.#spill.handle.close();
    await rm(this.#spill.path, { force: true });
    this.#spill = undefined;
  }

  async #spillWaiting(): Promise<void> {
    const path = join(tmpdir(), `mdc-bridge-${randomUUID()}`);
    this.#spill ??= { path, handle: await open(path, 'wx+', 0o600), size: 0 };
    const spill = this.#spill;
    for (const [slot, item] of this.#waiting) {
      if ('at' in item || item.outcome.kind !== 'event') continue;
      await spill.handle.write(toBuffer(item.outcome.line as never), 0, item.bytes, spill.size);
      this.#waiting.set(slot, { outcome: { ...item.outcome, line: '' }, at: spill.size, bytes: item.bytes });
      spill.size += item.bytes;
      this.#bytes -= item.bytes;
    }
  }

  async #unspill(at: number, bytes: number): Promise<string> {
    const buffer = Buffer.alloc(bytes);
    await this.#spill?.handle.read(buffer, 0, bytes, at);
    return toByteString(buffer);
  }
}
