import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ConvertReport } from '../../src/convert/report.js';
import { readStageRecords } from '../../src/convert/stage-records.js';
import { verifyTree } from '../../src/convert/verify/verify-tree.js';
import { instantOf } from '../../src/event/stage-line.js';
import { LocalStorage } from '../../src/storage/local-storage.js';
import { convertInChild } from '../support/child.js';
import { randomFrom } from '../support/random.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const DIST = process.env['MDC_DIST'] ?? new URL('../../dist', import.meta.url).pathname;
const SCRIPT = new URL('./handover-load.mjs', import.meta.url).pathname;
const SEED = Number(process.env['MDC_KILL_SEED'] ?? randomInt(2 ** 31));
/** The service looks for another stage every two seconds. */
const LOOK_MS = 2000;
const PATH = 'svc/model-1';

interface Service {
  readonly folder: string;
  readonly legacy: string;
  readonly v2: string;
  readonly clock: string;
}

async function start(service: Service, run: number, mode: 'load' | 'drain'): Promise<ChildProcess> {
  const child = spawn(process.execPath, [SCRIPT, DIST, service.folder, String(run), mode], {
    env: {
      PATH: process.env['PATH'],
      HANDOVER_CLOCK: service.clock,
      HANDOVER_LEGACY: service.legacy,
      HANDOVER_V2: service.v2,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')]);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
}

function setStage({ folder }: Service, stage: string): void {
  writeFileSync(join(folder, 'stage'), stage);
}

/** A row of the final tree: of which collection, its call's name, which row of it; or the beat of a tick. */
interface Row {
  readonly collection: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly instance: string;
  readonly time: string;
}

async function rowsOf({ v2 }: Service): Promise<Row[]> {
  const rows: Row[] = [];
  for (const file of await readdir(v2, { recursive: true })) {
    const [, collection = '', instance = ''] = /^svc\/model-1\/([^/]+)\/.*\/([^/]+)\.jsonl$/.exec(file) ?? [];
    if (collection === '') continue;
    for (const line of (await readFile(join(v2, file), 'utf8')).split('\n').slice(0, -1)) {
      const event = JSON.parse(line) as { readonly time: string; readonly data: readonly Row['data'][] };
      rows.push(...event.data.map((data) => ({ collection, data, instance, time: event.time })));
    }
  }
  return rows;
}

/** Rows of the legacy tree's files of this name, counted by their lines. */
async function legacyLines({ legacy }: Service, name: string): Promise<number> {
  let count = 0;
  for (const file of await readdir(legacy, { recursive: true })) {
    if (file.endsWith(name)) count += (await readFile(join(legacy, file), 'utf8')).split('\r\n').length - 2;
  }
  return count;
}

it('history and live data meet exactly, with the service killed at each change of its stage', {
  timeout: 120_000,
}, async () => {
  const random = randomFrom(SEED);
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'spool'));
  const service: Service = {
    folder,
    legacy: join(folder, 'modeldata'),
    v2: join(folder, 'v2'),
    clock: `${Date.parse('2026-03-30T12:00:00Z')} ${Date.now()}`,
  };
  // As the built package does it, in threads.
  const convert = async (): Promise<ConvertReport> =>
    (await convertInChild(service.legacy, service.v2, { workers: 2, skipExisting: true })).report;

  setStage(service, 'legacy');
  let child = await start(service, 1, 'load');
  await sleep(2500);
  setStage(service, 'dual');
  await sleep(random() * LOOK_MS * 1.2);
  await kill(child);

  child = await start(service, 2, 'load');
  // The first day is over by now, and the second one under way.
  await sleep(3500);
  const during = await convert();
  await sleep(1000);
  setStage(service, 'v2');
  await sleep(random() * LOOK_MS * 1.2);
  await kill(child);

  child = await start(service, 3, 'load');
  await sleep(1500 + random() * 500);
  await kill(child);
  expect(await once(await start(service, 4, 'drain'), 'exit')).toEqual([0, null]);
  const last = await convert();

  console.log(`seed ${SEED}: ${JSON.stringify([during.totals, during.changed.length, last.totals])}`);
  expect(during.failed).toEqual([]);
  expect(last).toMatchObject({ failed: [], changed: [], rejectsOverLimit: false, totals: { rejected: {} } });
  for (const { totals } of [during, last]) {
    expect(totals.rows).toBeGreaterThan(0);
    expect(totals.existing).toBeGreaterThan(0);
  }

  const rows = await rowsOf(service);
  const acknowledged = (await readFile(join(folder, 'acknowledged'), 'utf8')).split('\n').slice(0, -1);
  for (const collection of ['model_inputs', 'model_outputs', 'general_notes']) {
    expectEachOnce(collection, rows, acknowledged);
  }
  const stages = await readStageRecords(new LocalStorage(service.v2));
  const ticks = rows.filter(({ collection }) => collection === 'general_ticks');
  const isLiveAlone = ({ instance, time }: Row): boolean =>
    stages.at(instance, `${PATH}/general_ticks`, instantOf(time))?.stage === 'v2';
  expect(ticks).toHaveLength((await legacyLines(service, 'ticks.csv')) + ticks.filter(isLiveAlone).length);
  expect(ticks.length).toBeGreaterThanOrEqual(acknowledged.length);

  const report = await verifyTree(service.legacy, service.v2, { workers: 0 });
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ ok: true, totals: { existing: last.totals.existing } });
});

/** Every acknowledged call has all its rows, with their values, and no row is there twice. */
function expectEachOnce(collection: string, rows: readonly Row[], acknowledged: readonly string[]): void {
  const found = new Map<string, unknown[]>();
  for (const { collection: of, data } of rows) {
    if (of !== collection) continue;
    const call = String(data['call']);
    found.set(call, [...(found.get(call) ?? []), data]);
  }
  for (const [call, own] of found)
    expect(own, `${collection} ${call}`).toEqual(expectedRows(collection, call));
  expect(acknowledged.filter((call) => !found.has(call))).toEqual([]);
}

/** As `handover-load.mjs` makes them; a call's name is text in both layouts. */
function expectedRows(collection: string, call: string): unknown[] {
  const n = Number(call.split('r')[1]);
  if (collection === 'general_notes') return [{ call, text: `note ${call}` }];
  return Array.from({ length: 1 + (n % 3) }, (_, row) =>
    collection === 'model_inputs' ? { call, row, value: n / 8 } : { call, row, score: n / 4 },
  );
}
