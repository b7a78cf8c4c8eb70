import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FIXTURES, legacyFolder, readFolder } from '../support/golden.js';
import { type FencedBlock, readFencedBlocks } from './fenced-blocks.js';

const BLOCKS = readFencedBlocks('MIGRATION.md');
const PREDICTIONS =
  '1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d/myresourcegrp/myworkspace/aks-w-collv9/best_model/10/predictions/2018/12/31/predictions.csv';

function only(language: string): FencedBlock {
  const found = BLOCKS.filter((block) => block.language === language);
  expect(found).toHaveLength(1);
  return found[0]!;
}

test('the CSV sample of the runbook is what the real SDK wrote: the header, and every row of one call', async () => {
  const written = (await readFile(join(legacyFolder('diabetes'), PREDICTIONS), 'utf8')).split('\r\n');
  const [header, ...rows] = only('csv').text.split('\n').slice(0, -1);
  const id = rows[0]?.split(',')[1] ?? '';
  expect(header).toBe(written[0]);
  expect(rows).toEqual(written.filter((line) => line.includes(id)));
});

test('the JSON sample of the runbook is what that call must become', async () => {
  const shown = JSON.parse(only('json').text) as { readonly id: string };
  const files = await readFolder(
    join(FIXTURES, 'expected/diabetes/aks-w-collv9/best-model-10/model_outputs'),
  );
  const lines = [...files.values()].flatMap((content) => content.toString('utf8').split('\n'));
  const line = lines.find((one) => one.includes(`"id":"${shown.id}"`)) ?? '{}';
  expect(JSON.stringify(shown)).toBe(JSON.stringify(JSON.parse(line)));
});
