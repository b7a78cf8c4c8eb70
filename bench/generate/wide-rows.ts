import { CellPool } from './cell-pool.ts';
import { feature, pythonFloat } from './python-cell.ts';
import { Random } from './random.ts';
import type { RowKind } from './shape.ts';
import type { Column } from './tree-manifest.ts';

const COLUMNS = 500;
const CELLS_IN_STRETCH = 20;
const STRETCHES = 2048;
const GRADES = ['low', 'middle', 'high', 'unknown'];

/** Of every 20 columns ten hold long floats, five short ones, three integers, one a boolean, one a word. */
const PATTERN: readonly { readonly type: Column['type']; readonly make: (random: Random) => string }[] = [
  ...Array.from({ length: 10 }, () => ({ type: 'number' as const, make: feature })),
  ...Array.from({ length: 5 }, () => ({
    type: 'number' as const,
    make: (random: Random) => pythonFloat(random.below(1_000_000) / 1000),
  })),
  ...Array.from({ length: 3 }, () => ({
    type: 'number' as const,
    make: (random: Random) => String(random.below(10_000)),
  })),
  { type: 'boolean', make: (random) => (random.below(2) === 0 ? 'True' : 'False') },
  { type: 'string', make: (random) => random.pick(GRADES) },
];

export function wideKinds(seed: number): RowKind[] {
  const random = new Random(seed, 'wide');
  const stretch = (): string => PATTERN.map(({ make }) => `${make(random)},`).join('');
  return [
    {
      designation: 'inputs',
      columns: Array.from({ length: COLUMNS }, (_, i) => ({
        name: `feature_${String(i).padStart(3, '0')}`,
        type: PATTERN[i % CELLS_IN_STRETCH]!.type,
      })),
      pools: Array.from({ length: COLUMNS / CELLS_IN_STRETCH }, () => new CellPool(STRETCHES, stretch)),
    },
    {
      designation: 'predictions',
      columns: [{ name: 'prediction', type: 'number' }],
      pools: [new CellPool(16_384, () => `${pythonFloat(random.fraction())},`)],
    },
  ];
}
