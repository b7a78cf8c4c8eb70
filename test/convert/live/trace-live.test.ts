import { expect, it } from 'vitest';
import { convertTree } from '../../../src/convert/run.js';
import { traceCall } from '../../../src/convert/trace.js';
import { callRows, correlatedFile } from '../../support/legacy-file.js';
import { sourceName } from '../../support/rows.js';
import { liveLine, liveName, treesOf } from './live-trees.js';

it('a trace shows the live event of a call that was left out, and says so of its rows', async () => {
  const file = correlatedFile('a', ...callRows('x', 1), ...callRows('y', 1));
  const { legacy, v2 } = await treesOf(
    { [sourceName()]: file, [sourceName('inputs', '2024/02/28')]: correlatedFile('a', ...callRows('w', 1)) },
    { [liveName()]: liveLine('x', '[{"a":0}]') },
  );
  await convertTree(legacy, v2, { workers: 0, skipExisting: true });
  const { collections } = await traceCall('x', legacy, v2);
  expect(collections).toHaveLength(1);
  expect(collections[0]).toMatchObject({
    rows: [{ fate: { kind: 'live', object: liveName(), line: 1 } }],
    events: [{ object: liveName(), line: 1, rows: ['{"a":0}'] }],
  });
  const other = await traceCall('y', legacy, v2);
  expect(other.collections[0]).toMatchObject({
    rows: [{ fate: { kind: 'event', line: 1 } }],
    events: [{ line: 1 }],
  });
});

it('a trace of a call that is partly live says that its rows are among the rejects', async () => {
  const { legacy, v2 } = await treesOf(
    { [sourceName()]: correlatedFile('a', ...callRows('x', 3), ...callRows('y', 1)) },
    { [liveName()]: liveLine('x', '[{"a":0}]') + liveLine('y', '[{"a":0}]') },
  );
  const { totals } = await convertTree(legacy, v2, { workers: 0, skipExisting: true });
  expect(totals).toMatchObject({ existing: 1, rejected: { 'partly-live': 3 } });
  const { collections } = await traceCall('x', legacy, v2);
  expect(collections[0]?.rows.map(({ fate }) => fate)).toEqual(
    Array.from({ length: 3 }, () => ({ kind: 'rejected', reason: 'partly-live' })),
  );
  expect(collections[0]?.events).toMatchObject([{ object: liveName(), line: 1 }]);
  expect((await traceCall('y', legacy, v2)).collections[0]?.rows).toMatchObject([{ fate: { kind: 'live' } }]);
});
