import { RowEncoder } from '../../src/collect/rows/row-encoder.js';
import { type ColumnKinds, formatRow, type RowStyle } from '../../src/legacy/python-csv.js';
import { RandomCells } from '../python/random-cells.js';
import { randomFrom } from '../support/random.js';

const TAIL = 'uc-é,2026-11-22T00:42:25.430161,1440';

/** Rows of a seed by the hot encoder and the reference: those that differ, at most ten. */
export function compareRandomRows(seed: number, count: number): readonly string[] {
  const cells = new RandomCells(randomFrom(seed));
  const encoder = new RowEncoder();
  const wrong: string[] = [];
  for (let row = 0; row < count && wrong.length < 10; row += 1) {
    const values = cells.row();
    const style: RowStyle = cells.pick(['list', 'dataframe']);
    const kinds: ColumnKinds = cells.below(2) === 0 ? cells.kind() : values.map(() => cells.kind());
    const tail = cells.pick(['', TAIL]);
    const expected = formatRow(values, kinds, style, tail);
    const start = encoder.length;
    encoder.row(values, kinds, style, Buffer.from(tail));
    const written = Buffer.from(encoder.view().subarray(start));
    if (!written.equals(Buffer.from(expected)))
      wrong.push(`row ${row}: ${written.toString()} is not ${expected}`);
    if (encoder.length > 100_000) encoder.reset();
  }
  return wrong;
}
