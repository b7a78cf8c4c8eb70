import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartOutcome } from '../mapping/finish-part.js';
import type { PartSink } from '../mapping/part-writer.js';

/** Outcomes that wait for an earlier slot are held in memory up to this; beyond it they wait in a temporary file. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** So much of the temporary file is read back at once. */
const MAX_SEGMENT_BYTES = 4 * 1024 * 1024;
/** What an outcome takes besides its text, about: ten million short rejects may wait too. */
const OUTCOME_BYTES = 200;

/** Outcomes of consecutive slots in the temporary file: a line of JSON each. */
interface Segment {
  readonly slots: number;
  readonly at: number;
  readonly bytes: number;
}

/**
 * Gives outcomes on in the order of their slots. A call that stays open for long (another process's rows stand between its own)
 * makes all later outcomes wait, which is why waiting is bounded by disk, not by memory: what is held is the limit, and a few
 * numbers for each run of slots between two that are still open.
 */
export class OrderedOutput implements PartSink {
  readonly #waiting = new Map<number, PartOutcome>();
  /** By their first slot. */
  readonly #segments = new Map<number, Segment>();
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
    this.#waiting.set(slot, outcome);
    this.#bytes += bytesOf(outcome);
  }

  /** Takes every outcome whose turn it is. To be called between chunks of the source. */
  async drain(take: (outcome: PartOutcome) => void | Promise<void>): Promise<void> {
    for (;;) {
      const outcome = this.#waiting.get(this.#next);
      const segment = this.#segments.get(this.#next);
      if (outcome !== undefined) {
        this.#waiting.delete(this.#next);
        this.#bytes -= bytesOf(outcome);
        this.#next += 1;
        await take(outcome);
      } else if (segment !== undefined) {
        this.#segments.delete(this.#next);
        this.#next += segment.slots;
        for (const line of await this.#read(segment)) await take(JSON.parse(line) as PartOutcome);
      } else {
        break;
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
    const slots = [...this.#waiting.keys()].sort((a, b) => a - b);
    let lines: string[] = [];
    let bytes = 0;
    for (const [i, slot] of slots.entries()) {
      // Byte strings stay such: JSON escapes nothing above ASCII.
      const line = `${JSON.stringify(this.#waiting.get(slot))}\n`;
      this.#waiting.delete(slot);
      lines.push(line);
      bytes += line.length;
      if (slots[i + 1] === slot + 1 && bytes < MAX_SEGMENT_BYTES) continue;
      await this.#write(slot + 1 - lines.length, lines);
      lines = [];
      bytes = 0;
    }
    this.#bytes = 0;
  }

  async #write(firstSlot: number, lines: readonly string[]): Promise<void> {
    const path = join(tmpdir(), `mdc-bridge-${randomUUID()}`);
    this.#spill ??= { path, handle: await open(path, 'wx+', 0o600), size: 0 };
    const spill = this.#spill;
    const bytes = Buffer.from(lines.join(''), 'latin1');
    await spill.handle.write(bytes, 0, bytes.length, spill.size);
    this.#segments.set(firstSlot, { slots: lines.length, at: spill.size, bytes: bytes.length });
    spill.size += bytes.length;
  }

  async #read({ at, bytes }: Segment): Promise<string[]> {
    const buffer = Buffer.alloc(bytes);
    await this.#spill?.handle.read(buffer, 0, bytes, at);
    return buffer.toString('latin1').split('\n').slice(0, -1);
  }
}

/** What an outcome takes in memory, about. */
function bytesOf(outcome: PartOutcome): number {
  switch (outcome.kind) {
    case 'event':
      return OUTCOME_BYTES + outcome.line.length + (outcome.dataref?.content.length ?? 0);
    case 'rejected':
    case 'partly-live':
      return outcome.rejects.reduce((sum, { line }) => sum + line.length, OUTCOME_BYTES);
    case 'out-of-range':
    case 'existing':
      return OUTCOME_BYTES;
  }
}
