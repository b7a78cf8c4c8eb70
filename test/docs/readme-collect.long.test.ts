import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';

test('the example of the README writes what it says', () => {
  const [, code = ''] =
    /<!-- collect -->\n```js\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  expect(code.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(10);
  const folder = mkdtempSync(join(tmpdir(), 'mdc-readme-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(resolve('.'), join(folder, 'node_modules', 'mdc-bridge'));
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, 'example.mjs'), code);
    execFileSync(process.execPath, ['example.mjs'], {
      cwd: folder,
      env: { ...process.env, AML_MODEL_DC_STORAGE_ENABLED: 'true' },
    });
    const [day = ''] = [new Date().toISOString().slice(0, 10).replaceAll('-', '/')];
    const below = join(folder, 'modeldata/default/default/default/default/best_model/default');
    const rows = (designation: string): string[][] =>
      parse(readFileSync(join(below, designation, day, 'data.csv'), 'utf8'));
    const [inputs, predictions] = [rows('inputs'), rows('predictions')];
    expect(inputs.map((row) => row.slice(0, 2))).toEqual([
      ['bmi', 'bp'],
      ['0.0617', '0.0218'],
    ]);
    expect(predictions.map((row) => row[0])).toEqual(['progression', '152.1']);
    expect(predictions[1]?.slice(1)).toEqual(inputs[1]?.slice(2));
    expect(readdirSync(below).sort()).toEqual(['inputs', 'predictions']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
