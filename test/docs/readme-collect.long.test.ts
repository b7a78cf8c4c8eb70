import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The example between the README's two comments, run in an empty folder that has the package. */
async function runExample(name: string): Promise<{ readonly code: string; readonly folder: string }> {
  const pattern = new RegExp(`<!-- ${name} -->\\n\`\`\`js\\n([\\s\\S]*?)\`\`\``);
  const [, code = ''] = pattern.exec(readFileSync('README.md', 'utf8')) ?? [];
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(resolve('.'), join(folder, 'node_modules', 'mdc-bridge'));
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(join(folder, 'example.mjs'), code);
  execFileSync(process.execPath, ['example.mjs'], {
    cwd: folder,
    env: { ...process.env, AML_MODEL_DC_STORAGE_ENABLED: 'true' },
  });
  return { code, folder };
}

/** The one file below a folder with this ending. */
function onlyFile(root: string, ending: string): string {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith(ending),
  );
  expect(names).toHaveLength(1);
  return readFileSync(join(root, names[0] ?? ''), 'utf8');
}

test('the example of collecting has ten lines, and writes what it says', async () => {
  const { code, folder } = await runExample('collect');
  expect(code.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(10);
  const below = join(folder, 'modeldata/default/default/default/default/best_model/default');
  const rows = (designation: string): string[][] => parse(onlyFile(join(below, designation), '/data.csv'));
  const [inputs, predictions] = [rows('inputs'), rows('predictions')];
  expect(inputs.map((row) => row.slice(0, 2))).toEqual([
    ['bmi', 'bp'],
    ['0.0617', '0.0218'],
  ]);
  expect(predictions.map((row) => row[0])).toEqual(['progression', '152.1']);
  expect(predictions[1]?.slice(1)).toEqual(inputs[1]?.slice(2));
  expect(readdirSync(below).sort()).toEqual(['inputs', 'predictions']);
});

test('the example of both layouts writes one call to both, under one id', async () => {
  const { folder } = await runExample('dual');
  const [, row = []] = parse(onlyFile(join(folder, 'modeldata'), '/data.csv')) as string[][];
  const event = JSON.parse(
    onlyFile(join(folder, 'modelDataCollector/default/best-model-default'), '.jsonl'),
  ) as {
    readonly correlationid: string;
    readonly data: unknown;
  };
  expect(row.slice(0, 3)).toEqual(['0.0617', '0.0218', event.correlationid]);
  expect(event.data).toEqual([{ bmi: 0.0617, bp: 0.0218 }]);
});

test('the example of payload logging records its request and its response, under one id', async () => {
  const { folder } = await runExample('payload');
  const read = (name: string): { readonly correlationid: string; readonly data: unknown } =>
    JSON.parse(onlyFile(join(folder, 'modelDataCollector/diabetes/blue', name), '.jsonl'));
  const [request, response] = [read('request'), read('response')];
  expect(request.data).toEqual([{ bmi: 0.0617 }]);
  expect(response.data).toEqual({ progression: 152.1 });
  expect(response.correlationid).toBe(request.correlationid);
});
