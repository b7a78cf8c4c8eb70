import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inScratch } from './measure/in-scratch.ts';
import { median } from './measure/statistics.ts';
import { describeEnvironment } from './report/machine.ts';
import { tableLines } from './report/table.ts';
import { Contender, type ContenderId } from './serve/contender.ts';
import { closedLoop, pacedLoop } from './serve/load.ts';
import { sendRows } from './serve/many-rows.ts';

/*
 * The figures of issue 8: `node bench/serve.ts [--only 1,2,3] [--quick] [--library dist/index.js] [--results DIR]`.
 * 1: requests a second of two clients that keep their connections, in short slices by turns, against Node's own server in the slice
 * before. 2: latency at 5,000 requests a second. 3: memory over ten million rows.
 */
const ALL: readonly ContenderId[] = ['bare', 'v2 memory', 'v2 disk', 'dual disk'];
const CLIENTS = 2;
const PACED_CLIENTS = 8;
const RATE = 5000;

interface Settings {
  readonly parts: readonly string[];
  readonly isQuick: boolean;
  readonly library: string;
  readonly work: string;
  readonly results: string;
}

interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly reach?: string;
  readonly isReached?: boolean;
}

async function throughput({ library, isQuick }: Settings, scratch: string): Promise<Figure[]> {
  const contenders = await Promise.all(ALL.map((id) => Contender.start(id, library, scratch)));
  const rounds = isQuick ? 5 : 25;
  const rates = new Map<ContenderId, number[]>(ALL.map((id) => [id, []]));
  for (const { port } of contenders) await closedLoop(port, CLIENTS, isQuick ? 1 : 4, 1);
  for (let round = 0; round < rounds; round += 1) {
    for (const { id, port } of contenders)
      rates.get(id)?.push(await closedLoop(port, CLIENTS, 0.5, round + 2));
  }
  for (const contender of contenders) await contender.end();
  const bare = rates.get('bare') ?? [];
  return ALL.flatMap((id) => {
    const own = rates.get(id) ?? [];
    const rate = { what: `${id}, requests a second`, value: median(own), unit: '/s' };
    if (id === 'bare') return [rate];
    // Each slice against the one of Node's own server in the same round: what else the machine does is in both.
    const value = median(own.map((one, round) => one / (bare[round] ?? Number.NaN)));
    const ratio = {
      what: `${id}, against bare`,
      value,
      unit: '×',
      reach: 'at least 0.6×',
      isReached: value >= 0.6,
    };
    return [rate, ratio];
  });
}

async function latency({ library, isQuick }: Settings, scratch: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const id of ALL) {
    const contender = await Contender.start(id, library, scratch);
    await pacedLoop(contender.port, PACED_CLIENTS, { rate: RATE, seconds: isQuick ? 1 : 5, seed: 1 });
    const rounds = isQuick ? 1 : 5;
    const all = [];
    for (let round = 0; round < rounds; round += 1) {
      all.push(
        await pacedLoop(contender.port, PACED_CLIENTS, {
          rate: RATE,
          seconds: isQuick ? 2 : 8,
          seed: round + 2,
        }),
      );
    }
    await contender.end();
    const what = `${id}, ${RATE} requests a second`;
    figures.push({ what: `${what}: median`, value: median(all.map(({ p50 }) => p50)), unit: 'ms' });
    const p99 = median(all.map((one) => one.p99));
    const goal = id === 'bare' ? {} : { reach: 'at most 5 ms', isReached: p99 <= 5 };
    figures.push({ what: `${what}: 99 % within`, value: p99, unit: 'ms', ...goal });
  }
  return figures;
}

async function memory({ library, isQuick }: Settings, scratch: string): Promise<Figure[]> {
  const rows = isQuick ? 1e6 : 1e7;
  const contender = await Contender.start('dual disk', library, scratch);
  const samples: number[] = [];
  await sendRows(contender.port, rows, { every: rows / 100, seen: () => samples.push(contender.memory) });
  await contender.end();
  const at = (from: number, to: number): number => median(samples.slice(from, to)) / 1e6;
  const grown = at(90, 100) - at(10, 20);
  return [
    { what: `dual disk, memory at the second tenth of ${rows} rows`, value: at(10, 20), unit: 'MB' },
    { what: 'at the last tenth', value: at(90, 100), unit: 'MB' },
    { what: 'grown', value: grown, unit: 'MB', reach: 'flat (at most 20 MB)', isReached: grown <= 20 },
  ];
}

const PARTS: Readonly<Record<string, (settings: Settings, scratch: string) => Promise<Figure[]>>> = {
  1: throughput,
  2: latency,
  3: memory,
};

async function run(settings: Settings): Promise<void> {
  const environment = describeEnvironment();
  await inScratch(settings, environment, async (scratch) => {
    const figures: Figure[] = [];
    for (const part of settings.parts)
      figures.push(...((await PARTS[part]?.(settings, join(scratch, part))) ?? []));
    const rows = figures.map(({ what, value, unit, reach = '', isReached }) => {
      const reached = isReached === undefined ? '' : isReached ? 'yes' : 'NO';
      return [what, `${value >= 100 ? Math.round(value) : value.toFixed(2)} ${unit}`, reach, reached];
    });
    console.log(tableLines([['what', 'measured', 'reach', 'reached'], ...rows]).join('\n'));
    if (settings.isQuick || settings.parts.length < Object.keys(PARTS).length) return;
    mkdirSync(settings.results, { recursive: true });
    const report = {
      kind: 'mdc-bridge benchmark of serve',
      date: new Date().toISOString(),
      environment,
      figures,
    };
    writeFileSync(join(settings.results, 'serve.json'), `${JSON.stringify(report, null, 2)}\n`);
  });
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '1,2,3' },
    quick: { type: 'boolean', default: false },
    library: { type: 'string', default: fileURLToPath(new URL('../dist/index.js', import.meta.url)) },
    work: { type: 'string', default: join(tmpdir(), 'mdc-bridge-bench') },
    results: { type: 'string', default: fileURLToPath(new URL('./results', import.meta.url)) },
  },
});
await run({
  parts: values.only.split(','),
  isQuick: values.quick,
  library: resolve(values.library),
  work: resolve(values.work),
  results: resolve(values.results),
});
