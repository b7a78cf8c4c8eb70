import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type FencedBlock, readFencedBlocks } from './fenced-blocks.js';
import { isPrinted } from './story.js';

const BLOCKS = readFencedBlocks('MIGRATION.md');

/** Who runs or checks a block. */
function runnerOf(block: FencedBlock): string | undefined {
  const { language, name } = block;
  if (language === 'sh' || name?.startsWith('file: ')) return 'runbook.long.test.ts';
  if (isPrinted(block)) return 'runbook.long.test.ts, with the commands before it';
  if (language === 'python' && name !== undefined) return '../python/joins.long.test.ts';
  if (language === 'powerquery') return 'powerquery.test.ts';
  if (language === 'csv' || language === 'json') return 'samples.test.ts';
  return undefined;
}

test('every block of the runbook is run or checked by a test', () => {
  expect(BLOCKS.length).toBeGreaterThan(30);
  const unknown = BLOCKS.filter((block) => runnerOf(block) === undefined);
  expect(unknown.map(({ line, language }) => `line ${line}: ${language}`)).toEqual([]);
});

test('what is printed stands right behind its commands', () => {
  const stray = BLOCKS.filter((block, i) => isPrinted(block) && BLOCKS[i - 1]?.language !== 'sh');
  expect(stray.map(({ line }) => `line ${line}`)).toEqual([]);
});

test('every link within the runbook leads to a heading', () => {
  const text = readFileSync(new URL('../../MIGRATION.md', import.meta.url), 'utf8');
  const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, link]) => link);
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((link) => !headings.includes(link ?? ''))).toEqual([]);
});
