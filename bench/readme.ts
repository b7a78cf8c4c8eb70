import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ContenderId } from './contenders.ts';
import type { ShapeName } from './generate/tree-manifest.ts';
import type { ShapeReport } from './report/shape-report.ts';

/** Writes the README's table from the newest result of each shape, so that no number of it is typed by hand. */

const README = fileURLToPath(new URL('../README.md', import.meta.url));
const RESULTS = fileURLToPath(new URL('results/', import.meta.url));
const [BEGIN, END] = ['<!-- bench -->', '<!-- /bench -->'];
const SHAPES: readonly ShapeName[] = ['numeric', 'text', 'wide', 'one', 'many'];
const ROWS: readonly (readonly [ContenderId, string])[] = [
  ['convert-2', '`convert --plan`, 2 workers'],
  ['convert-1', '`convert --plan`, 1 worker'],
  ['plan+convert-2', '`convert`, 2 workers'],
  ['duckdb', 'DuckDB, 2 threads, tuned by hand'],
  ['duckdb-one-copy', 'DuckDB, 2 threads, plain SQL'],
  ['csv-parse', 'csv-parse + JSON.stringify'],
  ['verify-2', '`verify`, 2 workers'],
  ['floor', 'only copying the bytes in and out'],
];

function newest(shape: ShapeName): ShapeReport {
  const name = readdirSync(RESULTS)
    .filter((file) => file.endsWith(`-${shape}.json`))
    .sort()
    .at(-1);
  if (name === undefined) throw new Error(`no result of ${shape}: npm run bench -- ${shape}`);
  return JSON.parse(readFileSync(`${RESULTS}${name}`, 'utf8')) as ShapeReport;
}

const reports = SHAPES.map(newest);
const cells = (id: ContenderId): string[] =>
  reports.map(({ contenders }) => {
    const found = contenders.find((contender) => contender.id === id);
    return found === undefined ? '' : String(Math.round(found.megabytesPerSecond));
  });
const table = [
  `| MB of CSV a second | ${SHAPES.map((shape) => `\`${shape}\``).join(' | ')} |`,
  `|---|${SHAPES.map(() => '--:|').join('')}`,
  ...ROWS.map(([id, label]) => `| ${label} | ${cells(id).join(' | ')} |`),
].join('\n');
const { cpu, cores, node } = (reports[0] as ShapeReport).environment;
const caption = `${cores} shared cores (${cpu}), Node ${node.replace('v', '')}, files in memory (tmpfs), medians of ${reports[0]?.runs} alternating runs.`;
const readme = readFileSync(README, 'utf8');
const [from, to] = [readme.indexOf(BEGIN) + BEGIN.length, readme.indexOf(END)];
writeFileSync(README, `${readme.slice(0, from)}\n${table}\n\n${caption}\n${readme.slice(to)}`);
