import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventFilesIn } from './files-in.ts';

/** What the rows of a v2 tree are, whatever the order of files and events and the spelling of numbers. */
export interface RowDigest {
  readonly events: number;
  readonly rows: number;
  readonly bytes: number;
  /** 64 bits, the sum of every row's hash. */
  readonly hash: string;
}

interface Event {
  readonly type: string;
  readonly time: string;
  readonly correlationid: string;
  readonly data: readonly unknown[];
}

/**
 * Reads all events of a tree. A row is hashed with its collection, its call, its time, its place within the call and its
 * columns in their order, so a row that is lost, doubled, changed or moved shows.
 *
 * @throws Error if an event is not in the folder of its hour.
 */
export function digestRows(tree: string): RowDigest {
  const sum = new HashSum();
  let [events, rows, bytes] = [0, 0, 0];
  for (const name of eventFilesIn(tree)) {
    const hour = hourOf(name);
    const content = readFileSync(join(tree, name));
    bytes += content.length;
    for (const line of linesOf(content)) {
      const event: Event = JSON.parse(line);
      if (event.time.slice(0, 13) !== hour)
        throw new Error(`${join(tree, name)} has an event of ${event.time}`);
      events += 1;
      event.data.forEach((row, i) => {
        rows += 1;
        sum.add(`${event.type} ${event.correlationid} ${event.time} ${i} ${JSON.stringify(row)}`);
      });
    }
  }
  return { events, rows, bytes, hash: sum.hash };
}

/** `a/b/c/2024/02/29/07/x.jsonl`, and DuckDB's `a/b/c/day=2024-02-29/hour=07/x.jsonl`. */
function hourOf(name: string): string {
  const [, year, month, day, hour] = /(\d{4})[-/](\d\d)[-/](\d\d)\/(?:hour=)?(\d\d)\/[^/]+$/.exec(name) ?? [];
  return `${year}-${month}-${day}T${hour}`;
}

function* linesOf(content: Buffer): Generator<string, void, void> {
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf('\n', start);
    if (end === -1) throw new Error('a file without a final newline');
    yield content.toString('utf8', start, end);
    start = end + 1;
  }
}

/** Two independent 32-bit hashes of every text, each summed: the order of texts does not matter, their number does. */
class HashSum {
  #first = 0;
  #second = 0;

  add(text: string): void {
    let [a, b] = [0x811c9dc5, 0x9747b28c];
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul((b << 13) | (b >>> 19), 5) ^ Math.imul(unit + 0x7f4a7c15, 0x85ebca6b);
    }
    this.#first = (this.#first + mix(a)) >>> 0;
    this.#second = (this.#second + mix(b)) >>> 0;
  }

  get hash(): string {
    return [this.#first, this.#second].map((half) => half.toString(16).padStart(8, '0')).join('');
  }
}

/** Sums of unmixed hashes would hide small differences that cancel out. */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
