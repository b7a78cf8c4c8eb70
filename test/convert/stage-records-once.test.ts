import { expect, it, vi } from 'vitest';
import { readStageRecords } from '../../src/convert/stage-records.js';
import { stageRecordsOf } from '../../src/convert/stage-records-once.js';
import { formatStageLine } from '../../src/event/stage-line.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { writeWhole } from '../../src/storage/storage.js';
import { errorOf } from '../support/error-of.js';

const RECORD = '_migration/stages/one.jsonl';
const START = Date.UTC(2026, 10, 22, 12);
const LINE = formatStageLine(START, 'ep/blue/labels', { stage: 'dual', ramp: 30, samplingRate: 100 });

it('a run’s records of stages are listed once, whoever asks how often', async () => {
  const storage = new MemoryStorage();
  await writeWhole(storage, RECORD, LINE);
  const list = vi.spyOn(storage, 'list');
  const [one, other] = await Promise.all([
    stageRecordsOf(storage, undefined),
    stageRecordsOf(storage, undefined),
  ]);
  expect(await stageRecordsOf(storage, undefined)).toBe(one);
  expect(other).toBe(one);
  expect(list).toHaveBeenCalledTimes(1);
  expect(one.at('one', 'ep/blue/labels', START)).toMatchObject({ stage: 'dual' });
  expect(await readStageRecords(storage)).toEqual(one);
});

it('records that could not be read are read again by the next who asks', async () => {
  const storage = new MemoryStorage();
  await writeWhole(storage, RECORD, 'none\n');
  expect(await errorOf(stageRecordsOf(storage, undefined))).toMatchObject({ code: 'conflict' });
  await writeWhole(storage, RECORD, LINE);
  expect((await stageRecordsOf(storage, undefined)).at('one', 'ep/blue/labels', START)).toMatchObject({
    stage: 'dual',
  });
});
