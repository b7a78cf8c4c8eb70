import type { ByteString } from '../../csv/byte-string.js';
import { decodeText } from '../../csv/byte-string.js';
import { classifyToken, type TokenCounts, type TokenKind } from '../../mapping/column-types.js';

import { cut } from './in-words.js';

/** Counts the kinds of tokens in each column of one kind of row, with the first token of each kind as a sample. */
export class ColumnCensus {
  readonly #counts: Partial<Record<TokenKind, number>>[];
  readonly #samples: Partial<Record<TokenKind, string>>[];

  constructor(width: number) {
    this.#counts = Array.from({ length: width }, () => ({}));
    this.#samples = Array.from({ length: width }, () => ({}));
  }

  /** Column `i` takes field `i`; more fields than columns begin again at the first (exploded rows). */
  add(fields: readonly ByteString[], width: number): void {
    const columns = this.#counts.length;
    for (let i = 0; i < width; i += 1) {
      const token = fields[i] ?? ('' as ByteString);
      const kind = classifyToken(token);
      const counts = this.#counts[i % columns];
      const samples = this.#samples[i % columns];
      if (counts === undefined || samples === undefined) return;
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (samples[kind] === undefined) samples[kind] = cut(decodeText(token));
    }
  }

  result(): TokenCounts[] {
    return this.#counts.map((counts, i) => ({ counts, samples: this.#samples[i] ?? {} }));
  }
}

/** The sum of two censuses of one column; the first sample of each kind stays. */
export function addCounts(a: TokenCounts, b: TokenCounts): TokenCounts {
  const counts = { ...a.counts };
  for (const [kind, n] of Object.entries(b.counts) as [TokenKind, number][])
    counts[kind] = (counts[kind] ?? 0) + n;
  return { counts, samples: { ...b.samples, ...a.samples } };
}
