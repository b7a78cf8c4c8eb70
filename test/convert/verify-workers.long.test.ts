import { execFile } from 'node:child_process';
import { cp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { VerifyReport } from '../../src/convert/verify/report.js';
import type { VerifyOptions } from '../../src/convert/verify/verify-tree.js';
import { CONTAINER_NAMES, legacyFolder } from '../support/golden.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { correlated, header, makePair, type TreePair, withRows } from './verify/good-tree.js';

const DIST: string = new URL('../../dist/index.js', import.meta.url).href;

/** One line of code in a process of its own, with the built package: threads need files that Node can load. */
async function inChild<T>(code: string): Promise<T> {
  const script = join(await temporaryFolder(), 'run.mjs');
  await writeFile(script, `import { convertTree, verifyTree } from ${JSON.stringify(DIST)};\n${code}`);
  const { stdout } = await promisify(execFile)(process.execPath, [script], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as T;
}

async function verifyInChild(
  source: string,
  destination: string,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const args = JSON.stringify([source, destination, options]);
  return await inChild(`console.log(JSON.stringify(await verifyTree(...${args})));`);
}

/** Small and large files whose names and sizes are in another order, the same ids in several of them. */
function files(): Record<string, string> {
  const days = [28, 11, 19, 3, 25, 7, 14];
  return Object.fromEntries(
    days.map((day, n) => {
      const date = `2024-02-${String(day).padStart(2, '0')}`;
      const rows = Array.from({ length: 40 * (n + 1) }, (_, i) =>
        correlated(`${i},x${i}`, `call-${i % 5 === 0 ? i : `${n}-${i}`}`, `${date}T0${i % 10}:00:00`),
      );
      return [`inputs/${date.replaceAll('-', '/')}/inputs.csv`, header('n,s') + rows.join('')];
    }),
  );
}

/** Loses, changes and doubles something in every third file. */
async function spoil(pair: TreePair): Promise<void> {
  for (const [i, name] of (await pair.events()).entries()) {
    if (i % 3 === 0) await pair.edit(name, (lines) => [...lines.slice(1), lines.at(-1) ?? '']);
    if (i % 7 === 1)
      await pair.edit(name, ([line = '', ...lines]) => [withRows(line, () => ['{}']), ...lines]);
    if (i % 11 === 2) await pair.remove(name);
  }
}

describe('any number of worker threads', () => {
  it('gives the same report on a spoilt tree, whatever the limit of findings', async () => {
    const pair = await makePair(files());
    await spoil(pair);
    for (const maxFindings of [1000, 20, 1, 0]) {
      const [inline, ...threads] = await Promise.all(
        [0, 1, 2, 3].map((workers) => verifyInChild(pair.source, pair.destination, { workers, maxFindings })),
      );
      if (maxFindings === 1000) expect(inline?.findings.length).toBeGreaterThan(60);
      else expect(inline?.findings).toHaveLength(maxFindings);
      for (const report of threads) expect(report).toEqual(inline);
    }
    await rm(pair.folder, { recursive: true });
  });

  for (const name of CONTAINER_NAMES) {
    it(`finds nothing in a good tree: ${name}`, async () => {
      const destination = join(await temporaryFolder(), 'v2');
      const args = JSON.stringify([legacyFolder(name), destination, { workers: 2 }]);
      await inChild(`await convertTree(...${args}); console.log(1);`);
      const [inline, threads] = await Promise.all(
        [0, 2].map((workers) => verifyInChild(legacyFolder(name), destination, { workers })),
      );
      expect(inline).toMatchObject({ ok: true });
      expect(threads).toEqual(inline);
    });
  }

  it('ends with the error "aborted" when it is interrupted', async () => {
    const pair = await makePair(files());
    const args = JSON.stringify([pair.source, pair.destination]);
    const code = await inChild(
      `const controller = new AbortController();
       const options = { workers: 2, signal: controller.signal, onProgress: () => controller.abort() };
       await verifyTree(...${args}, options).catch(({ code }) => console.log(JSON.stringify(code)));`,
    );
    expect(code).toBe('aborted');
    await rm(pair.folder, { recursive: true });
  });

  it('says which source a thread died with', async () => {
    const pair = await makePair(files());
    const dist = join(await temporaryFolder(), 'package', 'dist');
    await cp(dirname(new URL(DIST).pathname), dist, { recursive: true });
    await cp(new URL('../../package.json', import.meta.url), join(dirname(dist), 'package.json'));
    const worker = join(dist, 'convert/verify/verify-worker.js');
    await writeFile(worker, `${await readFile(worker, 'utf8')}\nsetTimeout(() => process.exit(3), 50);\n`);
    await writeFile(join(dist, 'convert/verify/verify-file.js'), DEAF);
    const args = JSON.stringify([pair.source, pair.destination, { workers: 2 }]);
    const script = join(dist, 'run.mjs');
    await writeFile(
      script,
      `import { verifyTree } from './index.js';
       await verifyTree(...${args}).catch((error) => console.log(JSON.stringify({ ...error, text: error.message })));`,
    );
    await symlink(new URL('../../node_modules', import.meta.url), join(dirname(dist), 'node_modules'));
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'internal',
      text: 'a worker thread died',
      place: { file: expect.stringContaining('/inputs.csv') },
    });
    await rm(pair.folder, { recursive: true });
  });
});

/** Work that never ends, so that the thread dies in the middle of it. */
const DEAF = 'export const verifyFile = () => new Promise((resolve) => setTimeout(resolve, 60_000));\n';
