import { HashSet64, HIGH, LOW } from '../convert/census/hash-set.js';
import type { Split } from '../convert/plan-file.js';
import { parseFields } from '../csv/parse-rows.js';
import { RowSplitter } from '../csv/split-rows.js';
import { murmur3x86128 } from '../event/event-id.js';
import { type DataRow, LegacyLines } from '../mapping/legacy-lines.js';
import { MAX_EVENT_ROWS } from '../mapping/source-mapping.js';

/** A part is worth its files from this size on; smaller ones are read again each time that the source grows. */
export const PART_BYTES: number = 4 * 1024 * 1024;

/** Rows of one call that follow each other. */
interface Run {
  readonly id: string;
  readonly start: number;
}

/**
 * Reads a growing source's rows as they come, and knows of it what no single pass sees: which calls were there before, where the
 * last one begins, and where the source may be cut so that no event has rows on both sides. Memory: a row that has not ended, and
 * 16 to 32 bytes a call.
 */
export class RowRuns {
  /** One past the last whole row. */
  end = 0;
  /** Hashes (16 hex digits) of the ids that came back after other rows. */
  readonly recurring: Set<string> = new Set();
  /** A call came back that began before the last cut. */
  isTorn = false;
  /** Which line of names is in force. */
  header = 0;
  /** A place behind which everything may go to another part. */
  cut: Split | undefined;
  readonly #splitter = new RowSplitter();
  readonly #lines: LegacyLines;
  readonly #partBytes: number;
  /** Calls that began before the last cut that was made, between it and the next that may be made, and behind that. */
  #frozen = new HashSet64(8);
  #open = new HashSet64(8);
  #behind = new HashSet64(8);
  #frozenEnd: number;
  #run: Run | undefined;
  #ordinal = 0;
  #correlated = 0;
  #uncorrelated = 0;
  #canCut = true;

  /** `frozenEnd`: up to here parts are done for good, as an earlier run has cut them. */
  constructor(verdict: 'present' | 'absent' | 'auto', frozenEnd: number, partBytes: number = PART_BYTES) {
    this.#lines = new LegacyLines(verdict);
    this.#frozenEnd = frozenEnd;
    this.#partBytes = partBytes;
  }

  /** Where the last call begins, if a row of it is the last one; else the end. */
  get lastCall(): number {
    return this.#run?.start ?? this.end;
  }

  /** What the first line looks like. */
  get firstLine(): 'header' | 'data' | 'numbered' | undefined {
    return this.#lines.judged;
  }

  /** It is cut between packs of rows that no call holds together. */
  get isPacked(): boolean {
    return this.#uncorrelated > 0;
  }

  /** Hands over the next bytes; they may change afterwards. */
  push(chunk: Uint8Array): void {
    for (const row of parseFields(this.#splitter.push(chunk))) {
      this.end = row.offset + row.length;
      const line = this.#lines.read(row);
      if (line.kind === 'row') this.#add(line);
    }
  }

  /** Rows before it have been converted: they stay in the part that they are in. */
  keepBefore(offset: number): void {
    if (this.cut !== undefined && this.cut.offset < offset) this.#dropCut();
  }

  /** The cut is made. */
  freeze(): void {
    this.#frozenEnd = this.cut?.offset ?? this.#frozenEnd;
    addAll(this.#frozen, this.#open);
    this.#open = this.#behind;
    this.#behind = new HashSet64(8);
    this.cut = undefined;
  }

  /** No cut counts any more: the source is converted again from its start. */
  thaw(): void {
    this.#dropCut();
    addAll(this.#open, this.#frozen);
    this.#frozen = new HashSet64(8);
    this.#frozenEnd = 0;
    this.isTorn = false;
  }

  /** Rows without correlation are packed by their number, which is known only where none is rejected. */
  forbidCuts(): void {
    this.#canCut = false;
    this.#dropCut();
  }

  #add({ row, correlation, header }: DataRow): void {
    this.header = header;
    if (correlation !== undefined && correlation.id !== '') {
      if (this.#run?.id !== correlation.id) this.#begin(correlation.id, row.offset);
      this.#correlated += 1;
    } else if (row.defect === undefined || this.#run === undefined) {
      // Rows with times of their own are packed by the hour as well: where a pack ends, their number does not tell.
      if (correlation !== undefined || row.defect !== undefined) this.#canCut = false;
      this.#run = undefined;
      if (this.#correlated === 0 && this.#ordinal % MAX_EVENT_ROWS === 0) this.#mayCutAt(row.offset);
      this.#uncorrelated += 1;
    }
    this.#ordinal += 1;
  }

  #begin(id: string, start: number): void {
    const [high = 0, low = 0] = murmur3x86128(id);
    this.#run = { id, start };
    if (start < this.#frozenEnd) {
      if (!this.#frozen.add(high, low)) this.#cameBack(high, low);
    } else if (this.#frozen.has(high, low)) {
      this.isTorn = true;
      this.#cameBack(high, low);
    } else if (this.#open.has(high, low)) {
      this.#dropCut();
      this.#cameBack(high, low);
    } else if (this.#behind.has(high, low)) {
      this.#cameBack(high, low);
    } else {
      if (this.#uncorrelated === 0) this.#mayCutAt(start);
      (this.cut === undefined ? this.#open : this.#behind).add(high, low);
    }
  }

  #cameBack(high: number, low: number): void {
    this.recurring.add(hex(high) + hex(low));
  }

  /** Later is better: what lies behind is read again and again. */
  #mayCutAt(offset: number): void {
    const before = this.cut?.offset ?? this.#frozenEnd;
    if (!this.#canCut || this.header > 0 || offset - before < this.#partBytes) return;
    this.#dropCut();
    this.cut = { offset, ordinal: this.#ordinal };
  }

  #dropCut(): void {
    this.cut = undefined;
    addAll(this.#open, this.#behind);
    this.#behind = new HashSet64(8);
  }
}

function addAll(to: HashSet64, from: HashSet64): void {
  const entries = new Uint32Array(from.entries().buffer);
  for (let i = 0; i < entries.length; i += 2) to.add(entries[i + HIGH] ?? 0, entries[i + LOW] ?? 0);
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
