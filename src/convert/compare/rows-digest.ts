/** What two lists of rows have in common if their values do. */
export interface RowsDigest {
  readonly rows: number;
  /** Of the rows in their order: two hashes of 32 bits. */
  readonly orderA: number;
  readonly orderB: number;
  /** Of the rows in any order. */
  readonly sumA: number;
  readonly sumB: number;
  /** Of how numbers are written that have a shorter text: equal values with another digest are the same numbers in other digits. */
  readonly spelling: number;
  /** A value would have lost digits in Azure's collector. */
  readonly isRounded: boolean;
}

/** By which a row's hash moves on with each row behind it. */
export const STEP_A = 0x9e3779b1;
export const STEP_B = 0xc2b2ae3d;

/** Whether the rows are the same in the same order, but perhaps for how numbers are written. */
export function sameRows(a: RowsDigest, b: RowsDigest): boolean {
  return a.rows === b.rows && a.orderA === b.orderA && a.orderB === b.orderB;
}

/** The digest of the rows of both, one behind the other. */
export function joinRows(a: RowsDigest, b: RowsDigest): RowsDigest {
  return {
    rows: a.rows + b.rows,
    orderA: (Math.imul(a.orderA, power(STEP_A, b.rows)) + b.orderA) | 0,
    orderB: (Math.imul(a.orderB, power(STEP_B, b.rows)) + b.orderB) | 0,
    sumA: (a.sumA + b.sumA) | 0,
    sumB: (a.sumB + b.sumB) | 0,
    spelling: (a.spelling + b.spelling) | 0,
    isRounded: a.isRounded || b.isRounded,
  };
}

function power(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest >>>= 1) {
    if ((rest & 1) === 1) result = Math.imul(result, square);
    square = Math.imul(square, square);
  }
  return result;
}
