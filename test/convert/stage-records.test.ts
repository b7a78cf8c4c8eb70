import { describe, expect, it } from 'vitest';
import { readStageRecords } from '../../src/convert/stage-records.js';
import { formatStageLine, type StageState } from '../../src/event/stage-line.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { writeWhole } from '../../src/storage/storage.js';
import { errorOf } from '../support/error-of.js';

const START = Date.UTC(2026, 10, 22, 12);
const INPUTS = 'ep/blue/model_inputs';
const DUAL: StageState = { stage: 'dual', ramp: 30, samplingRate: 100 };
const V2: StageState = { stage: 'v2', ramp: 30, samplingRate: 100 };

async function storageWith(files: Readonly<Record<string, string>>): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (const [name, text] of Object.entries(files)) await writeWhole(storage, name, text);
  return storage;
}

describe('the records of stages', () => {
  it('tell the state of an instance’s writer at a time, to the microsecond', async () => {
    const lines = [
      formatStageLine(START + 0.25, INPUTS, DUAL),
      formatStageLine(START, 'ep/blue/model_outputs', V2),
      formatStageLine(START + 60_000.5, INPUTS, V2),
    ];
    expect(lines[0]).toBe(
      '{"at":"2026-11-22T12:00:00.000250Z","collection":"ep/blue/model_inputs","stage":"dual","ramp":30,"samplingRate":100}\n',
    );
    const records = await readStageRecords(
      await storageWith({ '_migration/stages/one.jsonl': lines.join('') }),
    );
    expect(records.at('one', INPUTS, START + 0.25)).toMatchObject(DUAL);
    expect(records.at('one', INPUTS, START + 60_000.499)).toMatchObject(DUAL);
    expect(records.at('one', INPUTS, START + 60_000.5)).toMatchObject(V2);
    expect(records.at('one', 'ep/blue/model_outputs', START)).toMatchObject(V2);
    expect(records.at('one', INPUTS, START - 1), 'of an answer to an earlier request').toMatchObject(DUAL);
    expect(records.at('other', INPUTS, START)).toBeUndefined();
    expect(records.at('one', 'ep/blue/labels', START)).toBeUndefined();
  });

  it('are in the order of time, whenever a spool has sent their lines', async () => {
    const text = formatStageLine(START + 5, INPUTS, V2) + formatStageLine(START, INPUTS, DUAL);
    const records = await readStageRecords(await storageWith({ '_migration/stages/one.jsonl': text }));
    expect(records.at('one', INPUTS, START + 4)).toMatchObject(DUAL);
    expect(records.at('one', INPUTS, START + 5)).toMatchObject(V2);
  });

  it('do not have a last line that is still being written', async () => {
    const text = formatStageLine(START, INPUTS, DUAL);
    const torn = formatStageLine(START + 1, INPUTS, V2).slice(0, -1);
    const records = await readStageRecords(await storageWith({ '_migration/stages/one.jsonl': text + torn }));
    expect(records.at('one', INPUTS, START + 2)).toMatchObject(DUAL);
  });

  it('are empty where there are none, and other files are no records', async () => {
    const records = await readStageRecords(
      await storageWith({
        '_migration/stages/sub/one.jsonl': 'no line\n',
        '_migration/stages/note.txt': 'no line\n',
        '_migration/modeldata-01234567/journal.jsonl': 'no line\n',
      }),
    );
    expect(records.writers(INPUTS).size).toBe(0);
  });

  it.each([
    '{',
    '',
    'null',
    '{"at":"yesterday","collection":"a/b/c","stage":"dual","ramp":100,"samplingRate":100}',
    '{"at":"2026-11-22T12:00:00.000000Z","collection":"a/b/c","stage":"both","ramp":100,"samplingRate":100}',
    '{"at":"2026-11-22T12:00:00.000000Z","collection":"a/b/c","stage":"dual","ramp":101,"samplingRate":100}',
    '{"at":"2026-11-22T12:00:00.000000Z","collection":"a/b/c","stage":"dual","ramp":100}',
  ])('with a line that is none are an error that says where: %s', async (line) => {
    const text = `${formatStageLine(START, INPUTS, DUAL)}${line}\n`;
    const storage = await storageWith({ '_migration/stages/one.jsonl': text });
    const error = await errorOf(readStageRecords(storage));
    expect(error).toMatchObject({ code: 'conflict', place: { line: 2 } });
    expect(error.message).toContain('_migration/stages/one.jsonl');
    expect(error.remedy).toMatch(/mend that line/);
  });
});
