import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { convertInChild } from '../support/child.js';
import { CORRELATION_HEADER, sourceName } from '../support/rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MB = 1_000_000;
const FILE_BYTES = 200 * MB;
/** What the kernel does not take goes at a tenth of its speed; memory that grew with the file would show here too. */
const REFERENCE_FILE_BYTES = 40 * MB;
/** `--max-old-space-size`, in MiB. */
const OLD_SPACE = 64;
const MAX_RSS = 250 * MB;

const EIGHT_BEHIND_TIME = '1440,sub/rg/ws,svc,m,1,00000000-0000-0000-0000-000000000000';

/** The eight values of the call; its time moves on by a second every ten calls, so that a day has many hours. */
function correlation(call: number): string {
  const id = `${call.toString(16).padStart(8, '0')}-1f2e-4d3c-8b5a-697887a6b5c4`;
  const time = new Date(Date.UTC(2024, 1, 29) + Math.floor(call / 10) * 1000).toISOString().slice(0, 19);
  return `${id},${time},${EIGHT_BEHIND_TIME}`;
}

const values = (n: number): string =>
  `${n},${(n % 1000) / 8},${n % 3 === 0},"name ""${n % 77}"", é",${n}e-07`;

/** Lines of so many bytes in blocks; `lineOf` gives the n-th. */
function* content(header: string, lineOf: (n: number) => string, size: number): Generator<string> {
  yield header;
  let bytes = 0;
  for (let n = 0; bytes < size; ) {
    let block = '';
    for (let i = 0; i < 2000; i += 1, n += 1) block += lineOf(n);
    bytes += Buffer.byteLength(block);
    yield block;
  }
}

const NAMES = `n,x,third,name,small,${CORRELATION_HEADER}\r\n`;
/** A row as no kernel takes it: of another width than its header. */
const irregular = (n: number): string => (n === 7 ? '1,2\r\n' : '');

const SHAPES: Readonly<Record<string, readonly [header: string, lineOf: (n: number) => string]>> = {
  'ten rows a call': [NAMES, (n) => `${values(n)},${correlation(Math.floor(n / 10))}\r\n`],
  'a call each row, in the reference reader': [
    NAMES,
    (n) => `${irregular(n)}${values(n)},${correlation(n)}\r\n`,
  ],
  'rows without correlation, in the reference reader': [
    'n,x,third,name,small\n',
    (n) => `${irregular(n)}${values(n)}\n`,
  ],
  'rejected rows behind an open call': [
    NAMES,
    (n) => (n === 0 ? `${values(n)},${correlation(0)}\r\n` : `${values(n)},too,wide\r\n`),
  ],
};

describe('a large file', () => {
  for (const [title, [header, lineOf]] of Object.entries(SHAPES)) {
    it(`converts in a heap of 64 MiB and under 250 MB of memory: ${title}`, async () => {
      const folder = await temporaryFolder();
      const [source, destination] = [join(folder, 'modeldata'), join(folder, 'v2')];
      const file = join(source, sourceName('inputs'));
      await mkdir(dirname(file), { recursive: true });
      const bytes = title === 'ten rows a call' ? FILE_BYTES : REFERENCE_FILE_BYTES;
      await pipeline(Readable.from(content(header, lineOf, bytes)), createWriteStream(file));
      const { size } = await stat(file);
      const start = performance.now();
      const { report, maxRss } = await convertInChild(source, destination, { workers: 1 }, [
        `--max-old-space-size=${OLD_SPACE}`,
      ]);
      const all = (performance.now() - start) / 1000;
      const { lines, rows, rejected } = report.totals;
      process.stderr.write(
        `${title}: ${lines} lines, ${(size / MB).toFixed(0)} MB; convert ${report.seconds.toFixed(1)} s ` +
          `(${Math.round(lines / report.seconds)} rows/s, ${(size / MB / report.seconds).toFixed(1)} MB/s), ` +
          `plan and convert ${all.toFixed(1)} s, ${(maxRss / MB).toFixed(0)} MB RSS\n`,
      );
      const rejects = Object.values(rejected).reduce((sum, n) => sum + n, 0);
      expect(rows + rejects).toBe(lines - 1);
      expect(report).toMatchObject({ converted: 1, failed: [] });
      expect(maxRss).toBeLessThan(MAX_RSS);
    });
  }
});
