import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIXTURES, legacyFolder, readFolder } from '../support/golden.js';
import { readFencedBlocks } from './fenced-blocks.js';
import { evaluate, MTable, type MValue } from './power-query.js';
import { library } from './power-query-library.js';

const REQUEST_ID = '$aml_request_id';

/** What a query of the runbook gives over the real tree, and over the tree that it must become. */
async function rowsOf(name: string): Promise<MTable> {
  const block = readFencedBlocks('MIGRATION.md').find((one) => one.name === name);
  const events = await readFolder(join(FIXTURES, 'expected/diabetes'));
  const account = {
    modeldata: await readFolder(legacyFolder('diabetes')),
    'azureml-blobstore-6f1c2d': new Map(
      [...events].map(([file, content]) => [`modelDataCollector/${file}`, content]),
    ),
  };
  const value = await evaluate(block?.text ?? '', library(account));
  if (!(value instanceof MTable)) throw new Error('this gives no table');
  return value;
}

/** In an order of their own, numbers as numbers, without the request's id. */
function sortedCells({ columns, rows }: MTable): unknown[][] {
  const plain = (cell: MValue | undefined): unknown =>
    typeof cell === 'string' && /^-?[\d.]+(e-?\d+)?$/.test(cell) ? Number(cell) : cell;
  return rows
    .map((row) => columns.filter((name) => name !== REQUEST_ID).map((name) => plain(row.get(name))))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

describe('the Power Query of the events', () => {
  it('gives the columns that the query of the CSV gives, in their order', async () => {
    const [csv, events] = [await rowsOf('powerquery-csv'), await rowsOf('powerquery-events')];
    expect(csv.columns).toHaveLength(18);
    expect(events.columns).toEqual(csv.columns);
  });

  it('gives the same rows, but that a number is one, and the request has an id', async () => {
    const [csv, events] = [await rowsOf('powerquery-csv'), await rowsOf('powerquery-events')];
    expect(csv.rows).toHaveLength(566);
    expect(sortedCells(events)).toEqual(sortedCells(csv));
    expect(typeof csv.rows[0]?.get('age')).toBe('string');
    expect(typeof events.rows[0]?.get('age')).toBe('number');
    expect(new Set(csv.rows.map((row) => row.get(REQUEST_ID)))).toEqual(
      new Set(['00000000-0000-0000-0000-000000000000']),
    );
    expect(events.rows.every((row) => row.get(REQUEST_ID) === row.get('$aml_dc_correlation_id'))).toBe(true);
  });
});
