import fc from 'fast-check';
import { CORRELATION_HEADER, correlation, sourceName } from '../support/rows.js';

/** Something that happens to the legacy tree, or a pass over it. */
export type Step =
  /** A block of whole calls, or of a part of one: a younger block may go on with it. */
  | { readonly kind: 'block'; readonly source: number; readonly calls: readonly Block[] }
  | { readonly kind: 'torn'; readonly source: number }
  | { readonly kind: 'header'; readonly source: number }
  | { readonly kind: 'replace'; readonly source: number; readonly calls: readonly Block[] }
  | { readonly kind: 'truncate'; readonly source: number }
  | { readonly kind: 'rest'; readonly seconds: number }
  | { readonly kind: 'pass'; readonly times: number }
  /** The process ends; `writes`: is killed behind so many steps of writing, if it has so many. */
  | { readonly kind: 'restart'; readonly writes: number | undefined };

export interface Block {
  /** Of a small number of calls: an id may come back at any time. `undefined`: rows without correlation. */
  readonly call: number | undefined;
  readonly rows: number;
  readonly value: '1' | '2.5' | '' | 'nan';
  readonly hour: number;
}

export const SOURCES: readonly string[] = [
  sourceName('inputs', '2024/02/29', 'inputs.csv'),
  sourceName('predictions', '2024/02/29', 'predictions.csv'),
  sourceName('labels', '2024/02/29', 'labels.csv'),
];

const source = fc.nat(SOURCES.length - 1);
const calls = fc.array(
  fc.record({
    call: fc.oneof({ weight: 12, arbitrary: fc.nat(1_000_000) }, { weight: 2, arbitrary: fc.nat(6) }),
    rows: fc.integer({ min: 1, max: 5 }),
    value: fc.constantFrom<Block['value']>('1', '1', '2.5', '', 'nan'),
    hour: fc.integer({ min: 10, max: 12 }),
  }),
  { minLength: 1, maxLength: 8 },
);

/** What may happen in a day; `isRewritten`: content is replaced, too. */
export function days(isRewritten: boolean): fc.Arbitrary<readonly Step[]> {
  const step = fc.oneof(
    { weight: 12, arbitrary: fc.record({ kind: fc.constant('block' as const), source, calls }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('torn' as const), source }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('rest' as const), seconds: fc.integer({ min: 1, max: 200 }) }),
    },
    {
      weight: 8,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), times: fc.integer({ min: 1, max: 2 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('restart' as const),
        writes: fc.option(fc.nat(40), { nil: undefined, freq: 4 }),
      }),
    },
    ...(isRewritten
      ? [
          { weight: 1, arbitrary: fc.record({ kind: fc.constant('header' as const), source }) },
          { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), source, calls }) },
          { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const), source }) },
        ]
      : []),
  );
  return fc.array(step, { minLength: 4, maxLength: 40 });
}

/** Labels have no correlation. */
export function isCorrelated(n: number): boolean {
  return n < 2;
}

export function headerOf(n: number): string {
  return isCorrelated(n) ? `a,b,${CORRELATION_HEADER}\r\n` : 'a,b\r\n';
}

export function blockText(n: number, blocks: readonly Block[]): string {
  return blocks
    .map(({ call, rows, value, hour }) => {
      const tail = isCorrelated(n) ? `,${correlation(`call-${call}`, `2024-02-29T${hour}:00:00`)}` : '';
      return Array.from(
        { length: rows },
        (_, i) => `${i},${value}${tail}${i % 2 === 0 ? '\r\n' : '\n'}`,
      ).join('');
    })
    .join('');
}
