import { CellPool } from './cell-pool.ts';
import { pythonFloat, pythonText } from './python-cell.ts';
import { Random } from './random.ts';
import type { RowKind } from './shape.ts';
import type { Column } from './tree-manifest.ts';

type Make = (random: Random) => string;

const NAMES = [
  'Zoë',
  'Ωmega',
  '渡辺',
  'Müller',
  'O\'Neil "Bob"',
  'plain',
  'tab\there',
  'Łukasz',
  'a,b',
  'Иванов',
];
const COMPANIES = ['Inc.', 'GmbH & Co. KG', '株式会社', 'S.A.', '"Quoted" Ltd', 'Söhne', 'B.V.', 'ООО'];
// biome-ignore format: a word a line says no more.
const WORDS = [
  'the', 'customer', 'said', '"hi"', 'größer', 'als', 'x < 3', 'naïve', 'C:\\temp\\new', '100 %', 'ist',
  'ok', 'ещё', '日本語の文', '🙂', '👩‍💻', 'e.g.', 'see: https://example.com/?q=1&r=2', 'and', 'or', "don't",
  '{"a": [1, 2]}', 'lorem', 'ipsum', 'dolor', 'sit', 'amet', 'consectetur',
];
const JOINTS = [' ', ' ', ' ', ' ', ' ', ' ', ', ', ', ', '; ', '\n', '\n', '\r\n', '\n\n'];
const SEGMENTS = ['retail', 'größe-L', 'sme', '法人', 'private banking', 'N/A', 'gold, silver'];

/** Text of a person's kind, some of it empty: never `nan` or a number by chance. */
const customer: Make = (random) => {
  if (random.below(12) === 0) return '';
  return `${random.pick(NAMES)}, ${random.pick(COMPANIES)}${random.below(6) === 0 ? '\n2nd line' : ''}`;
};

const note: Make = (random) => {
  const words = random.below(5) === 0 ? 0 : 1 + random.below(24);
  return Array.from(
    { length: words },
    (_, i) => `${i === 0 ? '' : random.pick(JOINTS)}${random.pick(WORDS)}`,
  ).join('');
};

/** Leading zeros make it an identifier, not a number. */
const zip: Make = (random) => String(random.below(100_000)).padStart(5, '0');

/** What an income column really holds: integers, floats, nothing, and Python's word for nothing. */
const income: Make = (random) => {
  const kind = random.below(8);
  if (kind === 0) return '';
  if (kind === 1) return 'nan';
  return kind < 4 ? String(20_000 + random.below(150_000)) : pythonFloat(random.below(15_000_000) / 100);
};

const flag: Make = (random) => (random.below(2) === 0 ? 'True' : 'False');
const segment: Make = (random) => random.pick(SEGMENTS);
const score: Make = (random) => pythonFloat(random.fraction());

/** `str(datetime)`. */
const opened: Make = (random) => {
  const time = new Date(Date.UTC(2001, 0, 1) + random.below(700_000_000) * 1000).toISOString();
  return `${time.slice(0, 10)} ${time.slice(11, 19)}.${String(random.below(1_000_000)).padStart(6, '0')}`;
};

const decision: Make = (random) => random.pick(['approve', 'decline', 'refer, by hand', 'zurückgestellt']);

const INPUTS: readonly [Column, Make, number][] = [
  [{ name: 'customer', type: 'string' }, customer, 1024],
  [{ name: 'zip', type: 'string' }, zip, 16_384],
  [{ name: 'income', type: 'number' }, income, 16_384],
  [{ name: 'married', type: 'boolean' }, flag, 64],
  [{ name: 'segment', type: 'string' }, segment, 64],
  [{ name: 'score', type: 'number' }, score, 16_384],
  [{ name: 'opened', type: 'string' }, opened, 16_384],
  [{ name: 'note', type: 'string' }, note, 16_384],
];

const PREDICTIONS: readonly [Column, Make, number][] = [
  [{ name: 'default_probability', type: 'number' }, score, 16_384],
  [{ name: 'decision', type: 'string' }, decision, 64],
];

/** Quotes, commas, both kinds of newline, unicode, leading zeros, booleans, and floats with nothing between them. */
export function textKinds(seed: number): RowKind[] {
  return [
    { designation: 'inputs', ...rowsOf(INPUTS, seed) },
    { designation: 'predictions', ...rowsOf(PREDICTIONS, seed) },
  ];
}

function rowsOf(cells: readonly [Column, Make, number][], seed: number): Pick<RowKind, 'columns' | 'pools'> {
  const pools = cells.map(([{ name }, make, count]) => {
    const random = new Random(seed, name);
    return new CellPool(count, () => `${pythonText(make(random))},`);
  });
  return { columns: cells.map(([column]) => column), pools };
}
