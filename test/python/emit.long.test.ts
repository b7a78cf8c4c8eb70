import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EmitReport, emitAssets } from '../../src/convert/emit.js';
import { convertTree } from '../../src/convert/run.js';
import type { MappingOptions } from '../../src/mapping/settings.js';
import { LocalStorage } from '../../src/storage/local-storage.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { readObjects } from '../support/converted.js';
import { correlatedFile } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SCRIPT = new URL('./emit.py', import.meta.url).pathname;
const FIXTURES = new URL('../../fixtures/legacy', import.meta.url).pathname;
const PYTHON = process.env['MDC_TEST_PYTHON'];
const ROOT = 'azureml://datastores/archive/paths/history';

interface InputData {
  readonly inputDataType: 'Static' | 'Trailing' | 'Fixed';
  readonly uri: string;
  readonly jobInputType: string;
  readonly windowStart?: string;
  readonly windowEnd?: string;
  readonly windowSize?: string;
  readonly preprocessingComponentId?: string;
}

interface Signal {
  readonly signalType: string;
  readonly productionData: InputData | readonly InputData[];
  readonly referenceData: InputData;
}

interface Loaded {
  readonly data: Readonly<
    Record<string, { readonly name: string; readonly type: string; readonly path: string }>
  >;
  readonly deployments: Readonly<Record<string, unknown>>;
  readonly schedules: Readonly<
    Record<
      string,
      {
        readonly properties: {
          readonly action: {
            readonly monitorDefinition: { readonly signals: Readonly<Record<string, Signal>> };
          };
        };
      }
    >
  >;
}

interface ReadTable {
  /** What the file's metadata says of itself, and the pattern that it reads. */
  readonly said: {
    readonly feature_columns: readonly { readonly name: string }[];
    readonly rows: number;
    readonly events: number;
    readonly path: string;
  };
  readonly events: number;
  readonly columns: readonly string[];
  readonly rows: readonly object[];
}

/** Of a table's pattern. */
const FOLDERS = /\/paths\/history\/([^/]+)\/([^/]+)\/([^/]+)\//;

function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

/** mltable reads a number within one unit of its last place, which a float of half the width hardly ever shows. */
function comparable(row: object): string {
  return JSON.stringify(row, (_, value: unknown) => (typeof value === 'number' ? Math.fround(value) : value));
}

async function python(...args: readonly string[]): Promise<string> {
  const options = { maxBuffer: 64 * 2 ** 20 };
  return (await promisify(execFile)(PYTHON ?? '', [SCRIPT, ...args], options)).stdout;
}

async function load(out: string): Promise<Loaded> {
  return JSON.parse(await python('load', out)) as Loaded;
}

async function emit(
  fixture: string,
  options: MappingOptions = {},
): Promise<{ readonly report: EmitReport; readonly out: string; readonly tree: string }> {
  const folder = await temporaryFolder();
  const [tree, out] = [join(folder, 'history'), join(folder, 'azureml')];
  await convertTree(join(FIXTURES, fixture), tree, { workers: 0, ...options });
  const report = await emitAssets(tree, { out, root: ROOT });
  return { report, out, tree };
}

function signalsOf(loaded: Loaded, file: string): Readonly<Record<string, Signal>> {
  return loaded.schedules[file]?.properties.action.monitorDefinition.signals ?? {};
}

describe('what emit writes, to azure-ai-ml 1.35.2 and mltable 1.7.0', () => {
  beforeAll(() => {
    if (PYTHON !== undefined && PYTHON !== '') return;
    throw new Error(
      'MDC_TEST_PYTHON names no Python with test/python/requirements.txt: ' +
        "bash -c 'source scripts/python-venv.sh && venv' makes one and prints its path (.ci/run does)",
    );
  });

  it.each([
    ['diabetes/modeldata', { rowId: { by: 'correlation' } } as const],
    ['wide-predictions/modeldata', {}],
    ['variants/modeldata', {}],
  ])('every file of %s loads, and is what was meant', async (fixture, options) => {
    const { report, out } = await emit(fixture, options);
    const loaded = await load(out);
    const written = (kind: string): string[] =>
      report.files
        .filter((file) => file.kind === kind)
        .map(({ path }) => path)
        .sort();
    expect(Object.keys(loaded.data).sort()).toEqual(written('data'));
    expect(Object.keys(loaded.deployments).sort()).toEqual(written('deployment'));
    expect(Object.keys(loaded.schedules).sort()).toEqual(written('monitor'));
    for (const { path, name } of report.files.filter(({ kind }) => kind === 'data')) {
      expect(loaded.data[path]).toMatchObject({ name, version: '1' });
    }
  });

  it('history is a static reference of the plan’s days, live data trails, and no component stands between', async () => {
    const { out } = await emit('diabetes/modeldata', { rowId: { by: 'correlation' } });
    const signals = signalsOf(await load(out), 'aks-w-collv9/monitor.yml');
    const asset = (collection: string): string => `aks-w-collv9-best-model-10-${collection}`;
    const compared = (signalType: string, collection: string): object => ({
      signalType,
      productionData: {
        inputDataType: 'Trailing',
        jobInputType: 'uri_folder',
        uri: `${asset(collection)}:1`,
        windowSize: 'P7D',
      },
      referenceData: {
        inputDataType: 'Static',
        jobInputType: 'uri_folder',
        uri: `${asset(collection)}-history:1`,
        windowStart: '2018-12-30T00:00:00.000Z',
        windowEnd: '2019-01-02T00:00:00.000Z',
      },
    });
    expect(signals).toMatchObject({
      data_drift: compared('DataDrift', 'model_inputs'),
      data_quality: compared('DataQuality', 'model_inputs'),
      prediction_drift: compared('PredictionDrift', 'model_outputs'),
      model_performance: {
        signalType: 'ModelPerformance',
        productionData: [
          {
            inputDataType: 'Trailing',
            uri: `${asset('model_outputs')}:1`,
            columns: { prediction: 'prediction', correlation_id: 'correlation_id' },
          },
        ],
        referenceData: {
          inputDataType: 'Trailing',
          uri: `${asset('labels')}:1`,
          columns: { actual: 'progression', correlation_id: 'correlation_id' },
        },
      },
    });
    const inputs = Object.values(signals).flatMap((signal) =>
      [signal.productionData, signal.referenceData].flat(),
    );
    for (const input of inputs) expect(input.preprocessingComponentId).toBeUndefined();
  });

  it('the deployment collects, as strings, and keeps its telemetry', async () => {
    const { out } = await emit('diabetes/modeldata');
    const { deployments } = await load(out);
    expect(deployments['aks-w-collv9/deployment.yml']).toEqual({
      type: 'ManagedOnlineDeployment',
      name: 'best-model-10',
      endpoint: 'aks-w-collv9',
      model: 'best_model:10',
      app_insights_enabled: true,
      collections: { labels: 'true', model_inputs: 'true', model_outputs: 'true' },
      rolling_rate: 'hour',
    });
  });

  it('a YAML boolean for enabled, and a date that is none of text, are refused by the loaders', async () => {
    const { out } = await emit('diabetes/modeldata');
    for (const [file, what, by] of [
      ['aks-w-collv9/deployment.yml', "enabled: 'true'", 'enabled: true'],
      ['aks-w-collv9/monitor.yml', "window_start: '2018-12-30'", 'window_start: 2018-12-30'],
    ] as const) {
      const good = await readFile(join(out, file), 'utf8');
      expect(good).toContain(what);
      await writeFile(join(out, file), good.replace(what, by));
      await expect(load(out)).rejects.toThrow(/ValidationError/);
      await writeFile(join(out, file), good);
    }
    await load(out);
  });

  it('columns of any name come through PyYAML as they are', async () => {
    const names = [
      'y',
      'NO',
      '=',
      '<<',
      '2018-12-30',
      '1e3',
      '0x1F',
      '12:30',
      '#a',
      'a: b',
      '~',
      ' é ',
      '\u0085\u2028\u0001',
    ];
    const [source, destination] = [new MemoryStorage('modeldata'), new MemoryStorage('v2')];
    const header = `${names.map((name) => `"${name}"`).join(',')},nothing`;
    const row = `${names.map(() => '1').join(',')},,${correlation('a')}`;
    source.put(sourceName(), correlatedFile(header, row));
    await convertTree(source, destination, { workers: 0 });
    const out = await temporaryFolder();
    await emitAssets(destination, { out, root: ROOT });
    const signals = signalsOf(await load(out), 'svc/monitor.yml');
    expect(signals['data_drift']).toMatchObject({
      features: { filterType: 'FeatureSubset', features: names },
    });
  });

  it('the tables give every row of every event, with the columns that they name', async () => {
    const { report, out, tree } = await emit('diabetes/modeldata');
    const tables = report.files.filter(({ kind }) => kind === 'table');
    expect(tables).toHaveLength(6);
    const objects = await readObjects(new LocalStorage(tree));
    const read = JSON.parse(await python('tables', out, tree)) as Record<string, ReadTable>;
    expect(Object.keys(read).sort()).toEqual(tables.map(({ path }) => path).sort());
    for (const [path, { said, events, columns, rows }] of Object.entries(read)) {
      const [, endpoint, deployment, collection] = FOLDERS.exec(said.path) ?? [];
      expect(columns, path).toEqual(said.feature_columns.map(({ name }) => name));
      expect([rows.length, events], path).toEqual([said.rows, said.events]);
      const folder = `${endpoint}/${deployment}/${collection}/`;
      const lines = [...objects]
        .filter(([name]) => name.startsWith(folder))
        .flatMap(([, text]) => linesOf(text));
      const expected = lines.flatMap((line) => (JSON.parse(line) as { data: object[] }).data);
      const left = Map.groupBy(expected, comparable);
      expect(
        rows.filter((row) => left.get(comparable(row))?.pop() === undefined),
        path,
      ).toEqual([]);
      expect(expected, path).toHaveLength(said.rows);
    }
    expect((await readdir(out)).sort()).toEqual(['aks-credit', 'aks-w-collv9']);
  });
});
