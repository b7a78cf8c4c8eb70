import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SCRIPT = new URL('./values.py', import.meta.url).pathname;
const PYTHON = process.env['MDC_TEST_PYTHON'];

interface Verdict {
  readonly compared: number;
  readonly wrong: number;
  readonly first: readonly string[];
}

async function python(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(PYTHON ?? '', [SCRIPT, ...args])).stdout;
}

/** What the script says, also when it ends with 1. */
async function judge(events: string): Promise<Verdict> {
  const said = await python('check', events).catch((error: unknown) => (error as { stdout: string }).stdout);
  return JSON.parse(said) as Verdict;
}

describe('rows written by Python’s csv module and by pandas', () => {
  beforeAll(() => {
    if (PYTHON !== undefined && PYTHON !== '') return;
    throw new Error(
      'MDC_TEST_PYTHON names no Python with test/python/requirements.txt: ' +
        "bash -c 'source scripts/python-venv.sh && venv' makes one and prints its path (.ci/run does)",
    );
  });

  it('convert with the same values, all of them', async () => {
    const folder = await temporaryFolder();
    const [tree, events] = [join(folder, 'modeldata'), join(folder, 'v2')];
    await python('write', tree);
    const report = await convertTree(tree, events, { workers: 0 });
    expect(report.totals).toMatchObject({ files: 4, rows: 2400, rejected: {}, late: 0 });
    const verdict = await judge(events);
    expect(verdict).toMatchObject({ wrong: 0, first: [] });
    expect(verdict.compared).toBe(2 * 600 * 17 + 2 * 600 * 13);
  });

  it('are not the same once a digit, a letter or a null was changed', async () => {
    const folder = await temporaryFolder();
    const [tree, events] = [join(folder, 'modeldata'), join(folder, 'v2')];
    await python('write', tree);
    await convertTree(tree, events, { workers: 0 });
    const names = (await readdir(events, { recursive: true })).filter((name) =>
      /inputs.*\.jsonl$/.test(name),
    );
    const file = join(events, names.sort()[0] ?? '');
    const good = await readFile(file, 'utf8');
    const changes: readonly (readonly [RegExp, string])[] = [
      [/"int":(?=\d)/, '"int":1'],
      [/"text":"t/, '"text":"T'],
      [/"nothing":null/, '"nothing":""'],
      [/"bool":true/, '"bool":false'],
      [/"zip, with a comma":"0/, '"zip, with a comma":"'],
    ];
    for (const [what, by] of changes) {
      const bad = good.replace(what, by);
      expect(bad).not.toBe(good);
      await writeFile(file, bad);
      expect(await judge(events)).toMatchObject({ wrong: 1 });
    }
  });
});
