import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inRounds } from './collect/rounds.ts';
import { median } from './measure/statistics.ts';
import { load } from './payload/load.ts';
import { type Side, serve } from './payload/serve.ts';

const USAGE = `npm run bench:payload -- [options]

  --rounds 7          of each side, in turns
  --seconds 3         of each run, after half of that to warm up
  --connections 32
  --work DIR          for what is recorded (removed): ${tmpdir()}
  --library FILE      the built library to measure: dist/index.js
`;

const REACH = 0.9;
const SIDES: readonly Side[] = ['bare', 'logged'];
const BODY = JSON.stringify([Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, i / 7]))]);
const REQUESTS = {
  'GET, hello world': 'GET /hello HTTP/1.1\r\nHost: x\r\n\r\n',
  [`POST, ${BODY.length} bytes of JSON`]: `POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
};

/** The figure of issue 7: requests a second of a server with the logger, against the same one without. */
async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '3' },
      connections: { type: 'string', default: '32' },
      work: { type: 'string', default: tmpdir() },
      library: { type: 'string', default: fileURLToPath(new URL('../dist/index.js', import.meta.url)) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  mkdirSync(values.work, { recursive: true });
  const folder = mkdtempSync(join(values.work, 'payload-'));
  try {
    for (const [what, request] of Object.entries(REQUESTS)) {
      const rates = await inRounds(SIDES, Number(values.rounds), (side) =>
        measure(side, request, {
          library: resolve(values.library),
          folder,
          seconds: Number(values.seconds),
          connections: Number(values.connections),
        }),
      );
      print(what, rates);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface RunSettings {
  readonly library: string;
  readonly folder: string;
  readonly seconds: number;
  readonly connections: number;
}

/** One run of one side. */
interface Run {
  readonly rate: number;
  /** µs of the server's threads for a request: less touched by what else the machine does. */
  readonly cpu: number;
}

async function measure(side: Side, request: string, settings: RunSettings): Promise<Run> {
  const { library, folder, seconds, connections } = settings;
  const server = await serve({ side, library, folder });
  let micros = 0;
  const answers = await load({
    ...{ port: server.port, connections, seconds, request },
    onStart: server.mark,
    onEnd: async () => {
      micros = await server.cpuMicros();
    },
  });
  const { accepted, written } = await server.stop();
  if (side === 'logged' && (written !== accepted || accepted < answers.count)) {
    throw new Error(
      `${written} events were written of ${accepted}, and ${answers.count} at least were served`,
    );
  }
  return { rate: answers.count / answers.seconds, cpu: micros / answers.count };
}

function print(what: string, runs: Record<Side, readonly Run[]>): void {
  console.log(`${what}: medians of ${runs.bare.length}`);
  for (const side of SIDES) {
    const rates = runs[side].map(({ rate }) => Math.round(rate));
    const cpu = median(runs[side].map((run) => run.cpu));
    console.log(
      `  ${side.padEnd(6)} ${median(rates)} requests/s, ${cpu.toFixed(1)} µs CPU each  (${rates.join(' ')})`,
    );
  }
  const of = (field: keyof Run) => (side: Side) => median(runs[side].map((run) => run[field]));
  const ratio = of('rate')('logged') / of('rate')('bare');
  const cpuRatio = of('cpu')('bare') / of('cpu')('logged');
  console.log(
    `  ratio  ${ratio.toFixed(3)}, by CPU ${cpuRatio.toFixed(3)}; reach ${REACH}: ${ratio >= REACH ? 'yes' : 'NO'}`,
  );
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
