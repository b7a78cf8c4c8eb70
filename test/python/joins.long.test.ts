import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFencedBlocks } from '../migration/fenced-blocks.js';
import { convertInChild } from '../support/child.js';
import { legacyFolder } from '../support/golden.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SCRIPT = new URL('./joins.py', import.meta.url).pathname;
const PYTHON = process.env['MDC_TEST_PYTHON'];
const MODEL = '1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d/myresourcegrp/myworkspace/aks-w-collv9/best_model/10';

/** What the reader sees, and where it lies here. */
const PLACES = (converted: string): readonly (readonly [seen: string, here: string])[] => [
  ['wasbs://modeldata@contosoml.blob.core.windows.net', legacyFolder('diabetes')],
  ['abfss://azureml-blobstore-6f1c2d@contosoml.dfs.core.windows.net/modelDataCollector', converted],
];

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

type Results = Readonly<Record<'legacy' | 'multiLine' | BlockName, Table>>;
type BlockName = 'databricks-csv' | 'databricks-events' | 'join-spark' | 'join-duckdb' | 'join-pandas';

let results: Results;

/** The runbook's Python blocks, run over the real tree and what it was converted to. */
async function runBlocks(): Promise<Results> {
  const folder = await temporaryFolder();
  const converted = join(folder, 'modelDataCollector');
  await convertInChild(legacyFolder('diabetes'), converted);
  // A file of a service is the runbook test's.
  const blocks = readFencedBlocks('MIGRATION.md').filter(
    ({ language, name }) => language === 'python' && !name?.startsWith('file: '),
  );
  const given = {
    legacy: join(legacyFolder('diabetes'), MODEL),
    blocks: {
      ...Object.fromEntries(blocks.map(({ name, text }) => [name, placed(text, converted)])),
      multiLine: placed(blocks.find(({ name }) => name === 'databricks-csv')?.text ?? '', converted).replace(
        '.option("header", True)',
        '.option("header", True).option("multiLine", True)',
      ),
    },
  };
  await writeFile(join(folder, 'given.json'), JSON.stringify(given));
  await promisify(execFile)(PYTHON ?? '', [SCRIPT, 'given.json', 'out.json'], { cwd: folder });
  return JSON.parse(await readFile(join(folder, 'out.json'), 'utf8')) as Results;
}

function placed(text: string, converted: string): string {
  return PLACES(converted).reduce((so, [seen, here]) => so.replaceAll(seen, here), text);
}

describe('the Python blocks of the runbook', () => {
  beforeAll(() => {
    if (PYTHON !== undefined && PYTHON !== '') return;
    throw new Error(
      'MDC_TEST_PYTHON names no Python with test/python/requirements.txt: ' +
        "bash -c 'source scripts/python-venv.sh && venv' makes one and prints its path (.ci/run does)",
    );
  });

  it('run', async () => {
    results = await runBlocks();
    expect(Object.keys(results).length).toBe(7);
  });

  it.each(['join-spark', 'join-duckdb', 'join-pandas'] as const)(
    '%s joins inputs, outputs and labels of the events as the csv module does those of the CSV',
    (name) => {
      const { columns, rows } = results.legacy;
      expect(rows.length).toBe(566);
      expect(rows.filter((row) => row[columns.indexOf('progression')] !== null).length).toBe(153);
      expect(results[name].columns).toEqual(columns);
      expect(results[name].rows).toEqual(rows);
    },
  );

  it('of Databricks give the same values from the CSV and from the events', () => {
    const events = results['databricks-events'];
    const csv = results['databricks-csv'];
    expect(events.rows.length).toBe(566);
    const names = events.columns.filter((name) => !name.startsWith('$aml_'));
    const id = '$aml_dc_correlation_id';
    expect(picked(events, [id, ...names])).toEqual(picked(csv, [id, ...names]));
    const time = '$aml_dc_scoring_timestamp';
    const times = picked(csv, [id, time]).map(([call, at]) => [call, `${at}Z`]);
    expect(picked(events, [id, time])).toEqual(times);
  });

  it('of Databricks would lose rows of the CSV with multiLine, as the prose says', () => {
    expect(results['databricks-csv'].rows.length).toBe(566);
    expect(results.multiLine.rows.length).toBe(383);
  });
});

/** These columns of every row, numbers as numbers, in an order of the rows. */
function picked({ columns, rows }: Table, names: readonly string[]): unknown[][] {
  const places = names.map((name) => columns.indexOf(name));
  const asNumber = (cell: unknown): unknown =>
    typeof cell === 'string' && /^-?\d+(\.\d+)?(e-?\d+)?$/.test(cell) ? Number(cell) : cell;
  return rows
    .map((row) => places.map((at) => asNumber(row[at])))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
