import { randomInt } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CollectorContainer } from '../collect/azure-containers.js';
import { filesIn } from '../collect/collectors.js';
import { type Azurite, startAzurite } from '../support/azurite.js';
import { randomFrom } from '../support/random.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type LoggedCall, loadUntilGone } from './log-load.js';
import { ServingChild } from './serving-child.js';
import { eventsIn } from './sidecars.js';

const KILLS = Number(process.env['MDC_KILL_SERVE'] ?? 50);
const AZURE_KILLS = Number(process.env['MDC_KILL_SERVE_AZURE'] ?? 5);
const SEED = Number(process.env['MDC_KILL_SEED'] ?? randomInt(2 ** 31));

type Files = Readonly<Record<string, string>>;

/** Call → how often all of its rows are there, in one piece; an error for a row that is not whole. */
function callsInEvents(files: Files): Map<string, number> {
  const found = new Map<string, number>();
  for (const { file, event } of eventsIn(files)) {
    const collection = event.type.slice('azureml.inference.'.length);
    expect(file).toContain(`/${collection}/`);
    note(
      found,
      `${collection} ${event.correlationid}`,
      event.data.map((row) => String(row['row'])),
    );
  }
  return found;
}

function callsInCsv(files: Files): Map<string, number> {
  const found = new Map<string, number>();
  for (const [file, text] of Object.entries(files)) {
    const rows = parse(text, { record_delimiter: ['\r\n', '\n'] }) as string[][];
    const [header = [], ...lines] = rows;
    expect(header.slice(0, 5), file).toEqual(['call', 'row', 'x', 'filling', '$aml_dc_correlation_id']);
    const collection = /\/(inputs|predictions|signals)\//.exec(file)?.[1] ?? file;
    const byCall = Map.groupBy(lines, (line) => line[4] ?? '');
    for (const [id, own] of byCall)
      note(
        found,
        `${collection} ${id}`,
        own.map((line) => line[1] ?? ''),
      );
  }
  return found;
}

/** @param places of a call's rows, `1/3`, `2/3`, `3/3`, perhaps several times. */
function note(found: Map<string, number>, call: string, places: readonly string[]): void {
  const count = Number(places[0]?.split('/')[1]);
  const times = places.length / count;
  const whole = Array.from({ length: places.length }, (_, i) => `${(i % count) + 1}/${count}`);
  expect(places, call).toEqual(whole);
  found.set(call, (found.get(call) ?? 0) + times);
}

const LEGACY_NAMES: Readonly<Record<string, string>> = {
  model_inputs: 'inputs',
  model_outputs: 'predictions',
  signals_web: 'signals',
};

interface Kills {
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly kills: number;
  readonly mostMs: number;
}

/** Kills a server so many times under load, each start going on with what the one before left; then ends one well. */
async function killServer(
  folder: string,
  { args, environment, kills, mostMs }: Kills,
): Promise<LoggedCall[]> {
  const random = randomFrom(SEED);
  const calls: LoggedCall[] = [];
  for (let run = 1; run <= kills; run += 1) {
    const child = await ServingChild.start(folder, args, environment);
    const load = loadUntilGone(child.port, run, random);
    await sleep(random() * mostMs);
    expect(await child.end('SIGKILL'), `run ${run} was to be killed`).toMatchObject({
      signal: 'SIGKILL',
      stderr: '',
    });
    calls.push(...(await load));
  }
  const last = await ServingChild.start(folder, args, environment);
  for (const end = performance.now() + 60_000; (await buffered(last)) > 0 && performance.now() < end; )
    await sleep(50);
  expect(await last.end()).toMatchObject({ code: 0, stderr: '' });
  expect(await readdir(join(folder, 'spool'))).toEqual([]);
  return calls;
}

async function buffered({ url }: ServingChild): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const values = [...text.matchAll(/^mdc_bridge_serve_bytes_buffered\{.*\} (\d+)$/gm)];
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}

/** Every call that was answered 200 is there once; of the others none is there twice. */
function expectOnce(
  calls: readonly LoggedCall[],
  events: Map<string, number>,
  rows: Map<string, number>,
): void {
  const acknowledged = calls.filter(({ answer }) => answer === 200);
  const wrong = acknowledged.filter(
    ({ id, collection }) =>
      events.get(`${collection} ${id}`) !== 1 || rows.get(`${LEGACY_NAMES[collection]} ${id}`) !== 1,
  );
  expect(wrong).toEqual([]);
  expect([...events].filter(([, times]) => times !== 1)).toEqual([]);
  expect([...rows].filter(([, times]) => times !== 1)).toEqual([]);
  expect(calls.filter(({ answer }) => answer !== 200 && answer !== 'unknown')).toEqual([]);
  console.log(
    `seed ${SEED}: ${acknowledged.length} answered 200, ${calls.length - acknowledged.length} not answered, ` +
      `${events.size} and ${rows.size} calls written`,
  );
}

it('every row that was answered 200 before a kill is written once to both folders', {
  timeout: 60_000 + KILLS * 5000,
}, async () => {
  const folder = await temporaryFolder();
  const args = [
    ...['--legacy', 'modeldata', '--events', 'v2', '--spool', 'spool', '--flush-ms', '30'],
    ...['--workspace', 'sub/rg/ws', '--service', 'svc', '--model', 'm', '--model-version', '1'],
  ];
  const calls = await killServer(folder, { args, kills: KILLS, mostMs: 400 });
  const [events, rows] = [filesIn(join(folder, 'v2')), filesIn(join(folder, 'modeldata'))];
  for (const text of Object.values(events)) expect(text.endsWith('\n')).toBe(true);
  expectOnce(calls, callsInEvents(events), callsInCsv(rows));
  expect(calls.filter(({ answer }) => answer === 200).length).toBeGreaterThan(KILLS * 5);
});

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

it('and once to blob storage', { timeout: 120_000 + AZURE_KILLS * 40_000 }, async () => {
  const folder = await temporaryFolder();
  const [events, legacy] = [await CollectorContainer.make(azurite), await CollectorContainer.make(azurite)];
  const args = [
    '--legacy',
    legacy.client.url,
    '--events',
    events.client.url,
    '--spool',
    'spool',
    '--flush-ms',
    '50',
  ];
  const environment = { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString };
  const calls = await killServer(folder, { args, environment, kills: AZURE_KILLS, mostMs: 800 });
  expectOnce(calls, callsInEvents(await textsOf(events)), callsInCsv(await textsOf(legacy)));
});

async function textsOf(container: CollectorContainer): Promise<Files> {
  const files: Record<string, string> = {};
  for await (const { name } of container.client.listBlobsFlat()) files[name] = await container.text(name);
  return files;
}
