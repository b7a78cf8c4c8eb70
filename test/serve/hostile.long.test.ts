import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { filesIn } from '../collect/collectors.js';
import { randomFrom } from '../support/random.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { hostileRequest } from './hostile-requests.js';
import { ServingChild } from './serving-child.js';
import { eventsIn, sdkHeaders, send } from './sidecars.js';

const REQUESTS = Number(process.env['MDC_HOSTILE'] ?? 10_000);
const SEED = Number(process.env['MDC_HOSTILE_SEED'] ?? randomInt(2 ** 31));
const CONNECTIONS = 64;
/** Those that the server waits for more of are left after so long. */
const PATIENCE_MS = 100;
/** Of a server whose bodies under way may have 256 MiB at once, and that starts with 80. */
const MOST_BYTES = 400 * 2 ** 20;

/** The first line of the answer, if one comes. */
async function attack(port: number, bytes: Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  const over = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      resolve();
    });
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
  socket.write(bytes);
  await Promise.race([over, sleep(PATIENCE_MS)]);
  socket.destroy();
  return heard.split('\r\n', 1)[0] ?? '';
}

/** Resident memory in bytes: now, and the most it ever was. */
function memoryOf({ process: { pid } }: ServingChild): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
  return { now: of('VmRSS'), most: of('VmHWM') };
}

it(`${REQUESTS} hostile requests leave it serving, its memory bounded, and nothing in its trees but whole rows`, async () => {
  const random = randomFrom(SEED);
  const folder = await temporaryFolder();
  const child = await ServingChild.start(folder, [
    '--legacy',
    'modeldata',
    '--events',
    'v2',
    '--flush-ms',
    '100',
  ]);
  const answers = new Map<string, number>();
  let left = REQUESTS;
  const attacker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const answer = await attack(child.port, hostileRequest(random));
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  };
  left = REQUESTS / 10;
  await Promise.all(Array.from({ length: CONNECTIONS }, attacker));
  const early = memoryOf(child);
  left = REQUESTS - REQUESTS / 10;
  await Promise.all(Array.from({ length: CONNECTIONS }, attacker));
  const late = memoryOf(child);
  console.log(
    `seed ${SEED}: ${Math.round(early.most / 1e6)} MB, then ${Math.round(late.most / 1e6)} MB; ${JSON.stringify([...answers])}`,
  );

  const good = await send(child.url, { body: '[{"good":1}]', headers: sdkHeaders('model_inputs', 'good') });
  expect(good.status).toBe(200);
  expect((await send(child.url, { method: 'GET', path: '/healthz' })).status).toBe(200);
  expect(late.most).toBeLessThan(MOST_BYTES);
  const statuses = new Set(
    [...answers.keys()].filter((line) => line !== '').map((line) => line.split(' ')[1]),
  );
  // None is a fault of the server's.
  for (const status of statuses) expect(status).toMatch(/^(?:100|200|4\d\d)$/);
  expect(statuses.size).toBeGreaterThan(4);

  const { code, stderr } = await child.end();
  // Nothing is told but that random rows have random columns.
  const told = /^(?:mdc-bridge: rows of different columns stand below one header: |→ give all records )/;
  expect([code, stderr.split('\n').filter((line) => line !== '' && !told.test(line))]).toEqual([0, []]);
  const events = eventsIn(filesIn(join(folder, 'v2')));
  expect(events.filter(({ event }) => event.correlationid === 'good')).toHaveLength(1);
  for (const { file, event } of events) {
    expect(file).toMatch(
      /^default\/default-default\/[\w.-]+\/\d{4}\/\d\d\/\d\d\/\d\d\/[0-9a-f]{32}000000\.jsonl$/,
    );
    expect(Array.isArray(event.data) && event.data.length > 0).toBe(true);
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
