import { decodeText, toByteString } from '../../csv/byte-string.js';
import type { TokenCounts, TokenKind } from '../../mapping/column-types.js';
import { cut } from '../census/in-words.js';
import type { Kernel } from './kernel.js';

/** The numbers of `assembly/tokens.ts`. */
const KINDS: readonly TokenKind[] = ['empty', 'nan', 'integer', 'number', 'infinity', 'boolean', 'text'];
/** Bytes of a field that surely hold the characters of a sample, also when every quote is doubled. */
const SAMPLE_BYTES = 512;

interface Sample {
  readonly column: number;
  readonly kind: TokenKind;
  readonly text: string;
}

/** What the kernel counts in each column, and the first token of each kind. */
export class ColumnCounts {
  readonly #kernel: Kernel;
  readonly #width: number;
  /** In the order in which they were met. */
  readonly #samples: Sample[] = [];

  constructor(kernel: Kernel, width: number) {
    this.#kernel = kernel;
    this.#width = width;
  }

  /** To be called while the rows that the kernel counted last are still in its input. */
  takeSamples(): void {
    const { call, bytes, words } = this.#kernel;
    const count = call.sampleCount();
    for (let i = 0; i < count; i += 1) {
      const at = call.SAMPLES.value / 4 + i * 4;
      const [column = 0, kind = 0, start = 0, end = 0] = words.subarray(at, at + 4);
      this.#samples.push({ column, kind: KINDS[kind] ?? 'text', text: sampleOf(bytes.subarray(start, end)) });
    }
  }

  /** Column `i` of the result adds up columns `i`, `i + m`, `i + 2m`, ...; without `m` each stands for itself. */
  result(m: number = this.#width): TokenCounts[] {
    const columns = Array.from({ length: m }, () => ({
      counts: {} as Partial<Record<TokenKind, number>>,
      samples: {} as Partial<Record<TokenKind, string>>,
    }));
    for (const { column, kind, text } of this.#samples) {
      const target = columns[column % m];
      if (target === undefined) continue;
      target.counts[kind] = (target.counts[kind] ?? 0) + this.#count(column, kind);
      target.samples[kind] ??= text;
    }
    return columns;
  }

  #count(column: number, kind: TokenKind): number {
    const { call, words } = this.#kernel;
    return words[call.COUNTS.value / 4 + column * 8 + KINDS.indexOf(kind)] ?? 0;
  }
}

/** A field's text as the reference shows it: without quotes, cut. */
function sampleOf(field: Buffer): string {
  const quoted = field[0] === 0x22;
  const whole = field.length <= SAMPLE_BYTES;
  const content = field.subarray(quoted ? 1 : 0, whole ? field.length - (quoted ? 1 : 0) : SAMPLE_BYTES);
  const text = decodeText(toByteString(content));
  return cut(quoted ? text.replaceAll('""', '"') : text);
}
