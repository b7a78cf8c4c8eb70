import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { CompareReport } from '../../../src/convert/compare/report.js';
import { eventsIn } from '../../collect/events/events.js';
import { correlatedFile } from '../../support/legacy-file.js';
import { correlation, sourceName } from '../../support/rows.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const DIST: string = new URL('../../../dist/index.js', import.meta.url).href;

/** In a process of its own, with the built package: threads need files that Node can load. */
async function inChild<T>(code: string): Promise<T> {
  const script = join(await temporaryFolder(), 'run.mjs');
  await writeFile(script, `import { compareTrees, convertTree } from ${JSON.stringify(DIST)};\n${code}`);
  const { stdout } = await promisify(execFile)(process.execPath, [script], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as T;
}

/** Days of different size, and events that were lost, doubled and changed in each. */
async function spoiltTrees(): Promise<[legacy: string, v2: string]> {
  const folder = await temporaryFolder();
  const [legacy, v2] = [join(folder, 'modeldata'), join(folder, 'v2')];
  for (let day = 1; day <= 7; day += 1) {
    const date = `2024-02-0${day}`;
    const rows = Array.from(
      { length: 60 * day },
      (_, i) => `${i},${correlation(`${day}-${i}`, `${date}T0${i % 10}:00:00`)}`,
    );
    const file = join(legacy, sourceName('inputs', date.replaceAll('-', '/')));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, correlatedFile('n', ...rows));
  }
  await inChild(`console.log(JSON.stringify(await convertTree(...${JSON.stringify([legacy, v2])})));`);
  const files = eventsIn(join(v2, 'svc')).files;
  for (const [i, name] of files.entries()) {
    const path = join(v2, 'svc', name);
    const [first = '', ...others] = (await readFile(path, 'utf8')).split(/(?<=\n)/);
    if (i % 3 === 0) await writeFile(path, others.join(''));
    if (i % 3 === 1) await writeFile(path, [first, first, ...others].join(''));
    if (i % 3 === 2) await writeFile(path, [first.replace(/"n":\d+/, '"n":-1'), ...others].join(''));
  }
  return [legacy, v2];
}

it('any number of worker threads gives the same report', async () => {
  const trees = await spoiltTrees();
  const reports = await Promise.all(
    [0, 1, 2, 5].map((workers) => {
      const args = JSON.stringify([...trees, { workers, maxExamples: 3 }]);
      const code = `console.log(JSON.stringify(await compareTrees(${args.slice(1, -2)}, now: new Date('2024-03-01') })));`;
      return inChild<CompareReport>(code);
    }),
  );
  const [inline, ...threads] = reports;
  expect(inline?.counts.onlyLegacy).toBeGreaterThan(10);
  expect(inline?.counts.doubledV2).toBeGreaterThan(10);
  expect(inline?.counts.different).toBeGreaterThan(10);
  for (const report of threads) expect(report).toEqual(inline);
});
