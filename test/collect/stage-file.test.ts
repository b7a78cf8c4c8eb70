import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { StageWatch } from '../../src/collect/dual/stage.js';
import { MdcBridgeError } from '../../src/errors.js';
import type { Stage } from '../../src/event/stage-line.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const LOOK_MS = 2000;
let file = '';
let errors: Error[] = [];
let changes: Stage[] = [];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  file = join(await temporaryFolder(), 'stage');
  errors = [];
  changes = [];
  return () => void vi.useRealTimers();
});

function watch(hasEvents = true): StageWatch {
  return new StageWatch(
    { stage: 'legacy', stageFile: file },
    {},
    hasEvents,
    (stage) => void changes.push(stage),
    (error) => void errors.push(error),
  );
}

function look(times = 1): void {
  vi.advanceTimersByTime(times * LOOK_MS);
}

describe('a stage file', () => {
  it.each([
    ['mistyped', 'duel', 'says "duel", which is no stage'],
    ['a place that nobody knows', 'dual', 'says dual, and nobody has said where events go'],
    [
      'another text, which may be a secret',
      'AccountKey=abcdefghsecret==',
      'holds 27 characters that are no stage',
    ],
  ])('that is wrong at the start changes nothing, and is told once: %s', (_, text, message) => {
    writeFileSync(file, text);
    const stage = watch(false);
    look(5);
    expect(stage.now).toBe('legacy');
    expect(errors.map((error) => error.message)).toEqual([`the stage file ${file} ${message}`]);
    expect(errors[0]).toMatchObject({ code: 'usage', place: { file } });
    expect(errors[0]).toBeInstanceOf(MdcBridgeError);
    writeFileSync(file, 'off');
    look();
    expect(stage.now).toBe('off');
    stage.close();
  });

  it('that is empty may just be written: it is looked at again, and told if it stays so', () => {
    writeFileSync(file, '');
    const stage = watch();
    expect(errors).toEqual([]);
    writeFileSync(file, 'dual');
    look();
    writeFileSync(file, '');
    look();
    writeFileSync(file, 'v2');
    look();
    expect(changes).toEqual(['dual', 'v2']);
    expect(errors).toEqual([]);
    writeFileSync(file, '\n');
    look();
    expect(errors).toEqual([]);
    look(5);
    expect(errors.map(({ message }) => message)).toEqual([`the stage file ${file} is empty`]);
    expect(stage.now).toBe('v2');
    stage.close();
  });

  it('may come later; when it is taken away, its stage stays, and that is told once', () => {
    const stage = watch();
    look(3);
    expect(errors).toEqual([]);
    writeFileSync(file, 'dual');
    look();
    rmSync(file);
    look(3);
    expect(stage.now).toBe('dual');
    expect(errors.map(({ message }) => message)).toEqual([
      `the stage file ${file} is gone: the stage stays dual`,
    ]);
    writeFileSync(file, 'v2');
    look();
    rmSync(file);
    look(3);
    expect(errors).toHaveLength(2);
    stage.close();
  });

  it('that is a folder is told as any that can’t be read', () => {
    mkdirSync(file);
    const stage = watch();
    look(3);
    expect(errors.map(({ message }) => message)).toEqual([`the stage file ${file} can't be read`]);
    expect(errors[0]).toMatchObject({ code: 'usage', place: { file }, cause: { code: 'EISDIR' } });
    stage.close();
  });
});
