import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { toBuffer } from '../../csv/byte-string.js';
import { KEPT_HEAD_BYTES, keptBytes, type RawRow } from '../../csv/split-rows.js';
import type { Storage, StoredObject } from '../../storage/storage.js';
import { cut } from './cut.js';
import type { Difference } from './report.js';
import { type TextLine, TextLines } from './text-lines.js';

const FIELDS = ['source', 'offset', 'length', 'reason', 'raw', 'rawBase64', 'sha256'];
/** Rows stand in the order of their parts' first rows: one may stand before others by as much as open calls hold. */
const MAX_AHEAD_BYTES: number = 64 * 1024 * 1024;

export interface RejectLine {
  readonly line: TextLine;
  /** Absent: the line can't be read. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

/** The rejects of one source, claimed by the rows' offsets. Memory: the lines that are ahead of their row, up to 64 MiB. */
export class RejectsFile {
  readonly object: StoredObject;
  readonly #lines: TextLines;
  readonly #ahead = new Map<number, RejectLine>();
  /** Lines that can't be read, or that repeat an offset. */
  readonly #odd: RejectLine[] = [];
  #aheadBytes = 0;
  #done = false;

  constructor(storage: Storage, object: StoredObject, signal?: AbortSignal) {
    this.object = object;
    this.#lines = new TextLines(storage, object, signal);
  }

  /** Whether the row at this offset is among the rejects, as far as they can be seen. */
  async has(offset: number): Promise<boolean> {
    while (!this.#ahead.has(offset) && !this.#done && this.#aheadBytes < MAX_AHEAD_BYTES) await this.#read();
    return this.#ahead.has(offset);
  }

  /** As the reject has it, before it is claimed. Absent: no such row is among the rejects. */
  async reasonOf(offset: number): Promise<unknown> {
    return (await this.has(offset)) ? this.#ahead.get(offset)?.fields?.['reason'] : undefined;
  }

  /** Absent: no such row is among the rejects. */
  async claim(offset: number): Promise<RejectLine | undefined> {
    if (!(await this.has(offset))) return undefined;
    const found = this.#ahead.get(offset);
    if (found !== undefined) {
      this.#ahead.delete(offset);
      this.#aheadBytes -= found.line.bytes;
    }
    return found;
  }

  /** What nothing claimed, some at a time. */
  async *unclaimed(): AsyncGenerator<RejectLine, void, void> {
    do {
      yield* this.#odd.splice(0);
      yield* this.#ahead.values();
      this.#ahead.clear();
      this.#aheadBytes = 0;
    } while (!this.#done && (await this.#read()));
  }

  /** Once, after all lines were read. */
  sha256(): string {
    return this.#lines.sha256();
  }

  async #read(): Promise<boolean> {
    const lines = await this.#lines.next();
    if (lines === undefined) {
      this.#done = true;
      return this.#odd.length > 0;
    }
    for (const line of lines) {
      const fields = parseFields(line);
      const offset = fields?.['offset'];
      if (typeof offset !== 'number' || this.#ahead.has(offset)) {
        this.#odd.push({ line, fields });
        continue;
      }
      this.#ahead.set(offset, { line, fields });
      this.#aheadBytes += line.bytes;
    }
    return true;
  }
}

/** What a reject line says otherwise than the source's bytes and the row's reason. */
export function checkReject(reject: RejectLine, source: string, row: RawRow, reason: string): Difference[] {
  const fields = reject.fields ?? {};
  const whole = row.sha256 === undefined ? toBuffer(keptBytes(row)) : undefined;
  const isLong = whole === undefined || whole.length > KEPT_HEAD_BYTES;
  const kept = (whole ?? toBuffer(row.text)).subarray(0, KEPT_HEAD_BYTES);
  const sha256 =
    row.sha256 ??
    (isLong
      ? createHash('sha256')
          .update(whole ?? '')
          .digest('hex')
      : undefined);
  const asText = isUtf8(kept);
  const required: Record<string, unknown> = {
    source,
    length: row.length,
    reason,
    raw: asText ? kept.toString('utf8') : undefined,
    rawBase64: asText ? undefined : kept.toString('base64'),
    sha256,
  };
  const differences = Object.entries(required)
    .filter(([name, value]) => fields[name] !== value)
    .map(([name, value]) => difference(name, value, fields[name]));
  if (differences.length > 0) return differences;
  const written = JSON.stringify(
    Object.fromEntries(FIELDS.filter((name) => name in fields).map((name) => [name, fields[name]])),
  );
  return written === reject.line.text ? [] : [difference('written', written, reject.line.text)];
}

function difference(column: string, legacy: unknown, v2: unknown): Difference {
  return {
    column,
    ...(legacy === undefined ? {} : { legacy: cut(String(legacy)) }),
    ...(v2 === undefined ? {} : { v2: cut(typeof v2 === 'string' ? v2 : JSON.stringify(v2)) }),
  };
}

function parseFields(line: TextLine): Readonly<Record<string, unknown>> | undefined {
  if (line.flaw !== undefined || !line.ended) return undefined;
  try {
    const value: unknown = JSON.parse(line.text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
