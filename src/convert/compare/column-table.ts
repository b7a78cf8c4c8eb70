import { type ByteString, decodeText } from '../../csv/byte-string.js';
import { columnHash } from './text-hash.js';

/** What the values of a column are, but for null. */
export type ColumnKind = 'text' | 'number' | 'boolean';

/** How often a column has values of each kind. */
export type KindCounts = Record<ColumnKind, number>;

/** A column of the events, as its rows have it. */
export interface SeenColumn extends KindCounts {
  /** As it is written, up to the colon: `"age":`. */
  readonly key: string;
  readonly name: string;
  readonly hash: number;
  /** Its values don't count. */
  readonly isLeftOut: boolean;
}

/** The columns of one file's events. Memory: one entry a name, however many rows have it. */
export class ColumnTable {
  readonly #leftOut: string | undefined;
  readonly #columns = new Map<string, SeenColumn>();

  /** `leftOut`: the name of a column that the other side does not have. */
  constructor(leftOut: string | undefined) {
    this.#leftOut = leftOut;
  }

  /** `key`: the JSON string and the colon, a byte string. */
  column(key: string): SeenColumn {
    const known = this.#columns.get(key);
    if (known !== undefined) return known;
    const name = JSON.parse(decodeText(key.slice(0, -1).trimEnd() as ByteString)) as string;
    const hash = columnHash(Buffer.from(name, 'utf8').toString('latin1') as ByteString);
    const made = { key, name, hash, isLeftOut: name === this.#leftOut, text: 0, number: 0, boolean: 0 };
    this.#columns.set(key, made);
    return made;
  }

  /** Name and kinds of each column. */
  counts(): [name: string, counts: KindCounts][] {
    return [...this.#columns.values()].map(({ name, text, number, boolean }) => [
      name,
      { text, number, boolean },
    ]);
  }
}

/** Most values decide what a column is; a column without values is what the legacy tree's own would make it. */
export function prevailingKind(counts: KindCounts | undefined, otherwise: ColumnKind): ColumnKind {
  if (counts === undefined) return otherwise;
  const most = Math.max(counts.text, counts.number, counts.boolean);
  if (most === 0 || counts[otherwise] === most) return otherwise;
  return counts.text === most ? 'text' : counts.number === most ? 'number' : 'boolean';
}

export function addKinds(a: KindCounts | undefined, b: KindCounts): KindCounts {
  if (a === undefined) return b;
  return { text: a.text + b.text, number: a.number + b.number, boolean: a.boolean + b.boolean };
}
