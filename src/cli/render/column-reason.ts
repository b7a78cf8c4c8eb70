import type { ColumnPlan } from '../../convert/plan-file.js';
import { type ColumnType, columnType, type TokenKind } from '../../mapping/column-types.js';
import { count, counted } from './units.js';

type ColumnFacts = Pick<ColumnPlan, 'type' | 'counts' | 'samples'>;

/** What a field can be and still be written in a column of the type. */
const FITS: Readonly<Record<ColumnType, readonly TokenKind[]>> = {
  null: ['empty', 'nan'],
  integer: ['empty', 'nan', 'integer'],
  number: ['empty', 'nan', 'integer', 'number', 'infinity'],
  boolean: ['empty', 'nan', 'boolean'],
  string: ['empty', 'nan', 'integer', 'number', 'infinity', 'boolean', 'text'],
};

const KINDS: readonly TokenKind[] = ['text', 'boolean', 'infinity', 'number', 'integer'];

const NAMES: Readonly<Record<TokenKind, readonly [one: string, many: string]>> = {
  text: ['text', 'texts'],
  boolean: ['boolean', 'booleans'],
  infinity: ['infinity', 'infinities'],
  number: ['number', 'numbers'],
  integer: ['integer', 'integers'],
  nan: ['nan', 'nan'],
  empty: ['empty', 'empty'],
};

function quantity(amount: number, kind: TokenKind): string {
  return counted(amount, ...NAMES[kind]);
}

/** Values that say most of their column first: a number more than an infinity. */
const TELLING: readonly TokenKind[] = ['text', 'boolean', 'number', 'integer', 'infinity'];

/** The first value that made the column what it is. */
export function sampleOf({ type, samples }: ColumnFacts): string | undefined {
  const telling = TELLING.find((kind) => samples[kind] !== undefined && FITS[type].includes(kind));
  return telling === undefined ? undefined : samples[telling];
}

/** Why the column has its type, where its values alone don't say so at first sight; `''` elsewhere. */
export function typeReason({ type, counts, samples }: ColumnFacts): string {
  const found = columnType(counts);
  const present = KINDS.filter((kind) => (counts[kind] ?? 0) > 0);
  if (type !== found) {
    const misfits = misfitCount({ type, counts, samples });
    const values = found === 'null' ? 'no row has a value' : `the rows alone say ${found}`;
    return misfits === 0 ? `given; ${values}` : `given; ${counted(misfits, 'field')} can't be ${type}`;
  }
  if (type === 'null') return 'never a value';
  if (type === 'string' && present.length > 1) {
    const [odd = 'text', ...rest] = present;
    const example = `\`${samples[odd] ?? ''}\``;
    const often = counts[odd] ?? 0;
    const others = rest.map((kind) => quantity(counts[kind] ?? 0, kind)).join(', ');
    return `${often === 1 ? `1 ${odd}` : `${quantity(often, odd)} such as`} ${example} among ${others}`;
  }
  if (type === 'string' && LOOKS_LIKE_NUMBER.test(samples.text ?? '')) return 'digits, but no JSON number';
  if (type === 'number' && !present.includes('number')) return 'inf among integers';
  return '';
}

/** `05601`, `+1`, `.5`: a reader would take it for a number, JSON doesn't. */
const LOOKS_LIKE_NUMBER = /^[+-]?[\d.]+(?:[eE][+-]?\d+)?$/;

/** Fields whose rows will be rejected, because a person or a deployed collection has given the type. */
export function misfitCount({ type, counts }: ColumnFacts): number {
  return KINDS.filter((kind) => !FITS[type].includes(kind)).reduce(
    (sum, kind) => sum + (counts[kind] ?? 0),
    0,
  );
}

/** What the events can't hold: infinities of number columns and every nan become null. */
export function lossyCounts({ type, counts }: ColumnFacts): { infinities: number; nans: number } {
  return { infinities: type === 'number' ? (counts.infinity ?? 0) : 0, nans: counts.nan ?? 0 };
}

/** Which fields become null: `12 empty, 3 nan`. */
export function nullsText({ type, counts, samples }: ColumnFacts, empty: 'null' | 'string'): string {
  const { infinities, nans } = lossyCounts({ type, counts, samples });
  const empties = type === 'string' && empty === 'string' ? 0 : (counts.empty ?? 0);
  const parts = [
    [empties, 'empty'],
    [nans, 'nan'],
    [infinities, 'inf'],
  ] as const;
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, name]) => `${count(amount)} ${name}`)
    .join(', ');
}
