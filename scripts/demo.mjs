// `npm run demo`: converts the real tree in fixtures/, proves the result, and says what to look at next.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const SOURCE = 'fixtures/legacy/diabetes/modeldata';
const DESTINATION = 'demo-output/modelDataCollector';

/**
 * The parsed result of a command; its progress goes to the terminal as it comes. A failure ends the demo.
 * @param {...string} args
 * @returns {any}
 */
function mdcBridge(...args) {
  console.log(`\n$ mdc-bridge ${args.join(' ')}`);
  const { status, stdout } = spawnSync(process.execPath, ['dist/cli/main.js', ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: Number.POSITIVE_INFINITY,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) {
    console.log(stdout);
    process.exit(status ?? 1);
  }
  return JSON.parse(stdout);
}

/** An event's id, to try `trace` with. */
function firstEventId() {
  const [file = ''] = globSync(`${DESTINATION}/*/*/*/**/*.jsonl`).sort();
  const [line = ''] = readFileSync(file, 'utf8').split('\n', 1);
  return JSON.parse(line).id;
}

rmSync('demo-output', { recursive: true, force: true });

/** @type {import('../src/convert/report.js').ConvertReport} */
const { totals, seconds } = mdcBridge('convert', SOURCE, DESTINATION);
mdcBridge('verify', SOURCE, DESTINATION);

const rejects = Object.values(totals.rejected).reduce((sum, rows) => sum + rows, 0);
console.table([
  {
    files: totals.files,
    rows: totals.rows,
    events: totals.events,
    rejects,
    'MB/s': Number((totals.bytesIn / 1e6 / seconds).toFixed(2)),
  },
]);

console.log(`Verified: every row of ${SOURCE} is in ${DESTINATION}, and nothing else.

Look next at
  ${DESTINATION}
      the v2 tree: endpoint/deployment/collection/yyyy/MM/dd/HH/*.jsonl
  npx mdc-bridge trace ${firstEventId()} ${SOURCE} ${DESTINATION}
      one call: its CSV rows and its event side by side
  npx mdc-bridge plan ${SOURCE}
      what is there, and what would become of it; run it on a copy of your own container`);
