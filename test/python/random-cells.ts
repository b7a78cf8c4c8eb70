import type { ColumnKind } from '../../src/legacy/python-csv.js';
import type { Cell } from '../../src/legacy/python-repr.js';

const PARTS = [
  ...[
    '"',
    "'",
    ',',
    '\r',
    '\n',
    '\r\n',
    '""',
    '\\',
    '\t',
    ' ',
    '\0',
    '\x1b',
    '\x7f',
    '\x85',
    '\xa0',
    '\xad',
    'a',
    'Zz',
    '0012',
  ],
  ...[
    'é',
    'ß',
    '中文',
    '😀',
    '\u2028',
    '\u200b',
    '\ufeff',
    '\ue000',
    '\u{e0001}',
    '\u{10ffff}',
    '=1+1',
    'x'.repeat(70),
  ],
];
const TRICKY = [
  ...[
    0, -0, 1, -1, 0.1, 1e-4, 9.999999999999999e-5, 1e-5, 1e-7, 1e15, 9999999999999998, 1e16, 1e17, 1e20, 1e21,
    1e22, 1e23,
  ],
  ...[
    5e-324,
    2.2250738585072014e-308,
    Number.MAX_VALUE,
    2 ** 31,
    -(2 ** 31),
    2 ** 53 - 1,
    2 ** 53,
    -(2 ** 53),
    999999.5,
    1e6,
  ],
  ...[
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    2 ** -44,
    0.30000000000000004,
    123456789012345680,
  ],
];
const KINDS = ['plain', 'float', 'float32', 'date', 'seconds', 'millis'] as const;
const LAST_YEAR = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const FIRST_YEAR = -62_135_596_800_000;

/** Cells of every kind, made from one source of numbers in [0, 1). */
export class RandomCells {
  readonly #next: () => number;
  readonly #bits: DataView = new DataView(new ArrayBuffer(8));

  constructor(next: () => number) {
    this.#next = next;
  }

  below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  text(): string {
    return Array.from({ length: this.below(6) }, () => this.pick(PARTS)).join('');
  }

  /** Of all exponents alike, of everyday size, whole, or one that has gone wrong somewhere. */
  number(): number {
    switch (this.below(7)) {
      case 0:
        this.#bits.setUint32(0, this.below(2 ** 32));
        this.#bits.setUint32(4, this.below(2 ** 32));
        return this.#bits.getFloat64(0);
      case 1:
        return this.pick(TRICKY);
      case 2:
        return this.below(2001) - 1000;
      case 3:
        return (this.#next() - 0.5) * 10 ** (this.below(40) - 20);
      case 4:
        return Math.round(this.#next() * 1e6) / 1000;
      case 5:
        return Math.round((this.#next() - 0.5) * 2 ** this.below(62));
      default:
        return this.#next() * 2 - 1;
    }
  }

  float32(): number {
    if (this.below(2) === 0) return Math.fround(this.number());
    this.#bits.setUint32(0, this.below(2 ** 32));
    return this.#bits.getFloat32(0);
  }

  bigint(): bigint {
    const digits = Array.from({ length: 1 + this.below(40) }, () => this.below(10)).join('');
    return this.below(2) === 0 ? BigInt(digits) : -BigInt(digits);
  }

  date(): Date {
    const time = this.pick([
      () => this.below(2 ** 32) * 1000,
      () => this.below(2 ** 32) * 1000 + this.below(1000),
      () => this.below(40_000) * 86_400_000,
      () => this.below(1e6) * 60_000,
      () => FIRST_YEAR + Math.floor(this.#next() * (LAST_YEAR - FIRST_YEAR)),
    ])();
    return new Date(time);
  }

  nested(depth: number): Cell {
    const items = Array.from({ length: this.below(4) }, () => this.cell(depth + 1));
    if (this.below(2) === 0) return items;
    return Object.fromEntries(items.map((item, i) => [`${this.text()}${i}k`, item]));
  }

  cell(depth = 0): Cell {
    switch (this.below(12)) {
      case 0:
      case 1:
      case 2:
        return this.text();
      case 3:
        return this.pick([true, false, null, undefined, '']);
      case 4:
        return this.bigint();
      case 5:
        return this.date();
      case 6:
        return depth > 2 ? null : this.nested(depth);
      default:
        return this.number();
    }
  }

  kind(): ColumnKind {
    return this.pick(KINDS);
  }

  /** Rows as services have them: all floats, of one kind, or of anything; some empty, or of one cell. */
  row(): readonly Cell[] {
    const width = this.pick([0, 1, 1, 2, 3, 10, 12]);
    const whole = this.below(4);
    return Array.from({ length: width }, () =>
      whole === 0 ? this.number() : whole === 1 ? this.pick(TRICKY) + this.#next() : this.cell(),
    );
  }
}
