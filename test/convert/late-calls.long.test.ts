import { expect, it } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import { MAX_INTERRUPTED_BYTES } from '../../src/mapping/call-window.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { CORRELATION_HEADER, correlation, sourceName } from '../support/rows.js';

it('a call that a huge rejected row closed begins again under an id of its own', async () => {
  const row = (id: string): string => `1,${correlation(id)}\r\n`;
  const junk = `${'x'.repeat(MAX_INTERRUPTED_BYTES)},2\r\n`;
  const before = `a,${CORRELATION_HEADER}\r\n${row('a')}${junk}${row('b')}`;
  const [source, destination] = [new MemoryStorage('modeldata'), new MemoryStorage('out')];
  source.put(sourceName(), before + row('a'));
  const { totals } = await convertTree(source, destination);
  expect(totals).toMatchObject({ rows: 2, rejected: { width: 1, 'with-row': 1 }, late: 1 });
  const ids: string[] = [];
  for await (const { name } of destination.list('svc/')) {
    for (const line of (destination.get(name)?.toString() ?? '').split('\n').slice(0, -1)) {
      ids.push((JSON.parse(line) as { correlationid: string }).correlationid);
    }
  }
  expect(ids).toEqual(['b', `a.r${before.length}`]);
});
