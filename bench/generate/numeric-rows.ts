import { CellPool } from './cell-pool.ts';
import { feature, pythonFloat } from './python-cell.ts';
import { Random } from './random.ts';
import type { RowKind } from './shape.ts';

/** The columns of scikit-learn's diabetes data, as in `fixtures/legacy/diabetes`. */
const FEATURES = ['age', 'sex', 'bmi', 'bp', 's1', 's2', 's3', 's4', 's5', 's6'];
const CELLS_IN_STRETCH = 5;
/** Two stretches a row: 268 million different rows. */
const STRETCHES = 16_384;
const PREDICTIONS = 65_536;

/** Ten floats of 17 or so digits in, one out. */
export function numericKinds(seed: number): RowKind[] {
  const features = new Random(seed, 'features');
  const stretch = (): string =>
    Array.from({ length: CELLS_IN_STRETCH }, () => `${feature(features)},`).join('');
  const outcomes = new Random(seed, 'predictions');
  return [
    {
      designation: 'inputs',
      columns: FEATURES.map((name) => ({ name, type: 'number' })),
      pools: Array.from(
        { length: FEATURES.length / CELLS_IN_STRETCH },
        () => new CellPool(STRETCHES, stretch),
      ),
    },
    {
      designation: 'predictions',
      columns: [{ name: 'prediction', type: 'number' }],
      pools: [new CellPool(PREDICTIONS, () => `${pythonFloat(50 + outcomes.fraction() * 250)},`)],
    },
  ];
}
