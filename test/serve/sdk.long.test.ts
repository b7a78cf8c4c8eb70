import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { filesIn } from '../collect/collectors.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { venvOf } from './sdk-venv.js';
import { ServingChild } from './serving-child.js';
import { eventsIn } from './sidecars.js';

const SCRIPT = new URL('../python/serve.py', import.meta.url).pathname;
/** The threads' rows and the frames have other columns: told once, and nothing else. */
const OTHER_COLUMNS =
  /^mdc-bridge: rows of different columns stand below one header: [^\n]+\(default[^\n]+\/inputs\/[^\n]+\/data\.csv\)\n→ [^\n]+\n$/;
/** Correlation values at the end of each row. */
const EIGHT = 8;

interface Collected {
  readonly errors: readonly string[];
  readonly pandas: string;
  readonly collected: readonly {
    readonly id: string;
    /** Of frames: what pandas makes of them. */
    readonly json?: string;
    readonly csv?: string;
    /** Of threads. */
    readonly thread?: number;
    readonly call?: number;
  }[];
}

describe.each([
  ['2', 'serve-requirements-pandas2'],
  ['3', 'serve-requirements-pandas3'],
])('azureml-ai-monitoring 1.0.0 with pandas %s', (major, requirements) => {
  it('finds its sidecar: every frame of every thread is an event as pandas wrote it, and CSV as pandas writes it', {
    timeout: 300_000,
  }, async () => {
    const python = await venvOf(requirements);
    const folder = await temporaryFolder();
    const child = await ServingChild.start(folder, [
      ...['--legacy', 'modeldata', '--events', 'v2', '--flush-ms', '50', '--date-column', 'when'],
    ]);
    const env = {
      PATH: process.env['PATH'],
      AZUREML_MDC_ENABLED: 'true',
      AZUREML_MDC_HOST: '127.0.0.1',
      AZUREML_MDC_PORT: String(child.port),
    };
    const options = { env, maxBuffer: 256 * 2 ** 20 };
    const { stdout } = await promisify(execFile)(python, [SCRIPT], options);
    const { code, stderr } = await child.end();
    expect(code).toBe(0);
    expect(stderr).toMatch(OTHER_COLUMNS);
    const { errors, pandas, collected } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Collected;
    expect([errors, pandas.split('.')[0]]).toEqual([[], major]);
    expect(collected.length).toBeGreaterThan(240);

    const events = eventsIn(filesIn(join(folder, 'v2')));
    const files = filesIn(join(folder, 'modeldata'));
    for (const type of ['model_inputs', 'model_outputs']) {
      const own = events.filter(({ event }) => event.type === `azureml.inference.${type}`);
      expect(new Set(own.map(({ event }) => event.correlationid)).size).toBe(own.length);
      const ids = new Set(own.map(({ event }) => String(event['xrequestid'])));
      expect(collected.filter(({ id }) => !ids.has(id)).map(({ id }) => id)).toEqual(['frame-empty']);
    }
    const inputs = Map.groupBy(
      events.filter(({ event }) => event.type === 'azureml.inference.model_inputs'),
      ({ event }) => String(event['xrequestid']),
    );
    const rows = csvRows(Object.entries(files).filter(([name]) => name.includes('/inputs/')));
    for (const { id, json, csv, thread, call } of collected) {
      if (json === undefined || csv === undefined) {
        expect(inputs.get(id)?.map(({ event }) => event.data)).toEqual([
          [{ col1: thread, col2: call! / 4, s: 't' }],
        ]);
      } else if (json !== '[]') {
        const texts = inputs.get(id)!.map(({ line }) => dataText(line).slice(1, -1));
        expect(`[${texts.join(',')}]`, id).toBe(json);
        expect(rows.get(id), id).toEqual(parse(csv, { relax_column_count: true }));
      }
    }
  });
});

/** Correlation id → its rows without the eight values. */
function csvRows(files: readonly (readonly [string, string])[]): Map<string, string[][]> {
  const rows = new Map<string, string[][]>();
  for (const [, text] of files) {
    const lines = parse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n'] }) as string[][];
    for (const line of lines.slice(1)) {
      const id = line.at(-EIGHT) ?? '';
      const own = rows.get(id) ?? [];
      own.push(line.slice(0, -EIGHT));
      rows.set(id, own);
    }
  }
  return rows;
}

function dataText(line: string): string {
  return line.slice(line.indexOf('"data":') + 7, line.lastIndexOf(',"contentrange"'));
}
