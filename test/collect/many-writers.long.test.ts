import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { collectingChild } from '../support/collecting-child.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { filesIn } from './collectors.js';

const PROCESSES = 4;
const COLLECTORS = 3;

it('several processes of several collectors share a file: one header, first, and every row once, whole, beside those of its call', async () => {
  const folder = await temporaryFolder();
  const children = await Promise.all(
    Array.from({ length: PROCESSES }, (_, n) =>
      collectingChild(
        `
        const counts = [];
        const collectors = Array.from({ length: ${COLLECTORS} }, (_, c) => {
          counts.push(0);
          return new ModelDataCollector('m', 'predictions', ['by', 'call', 'text'], { flushMs: 1 + c * 7, fileNames: 'sdk' });
        });
        const end = Date.now() + 3000;
        while (Date.now() < end) {
          for (const [c, collector] of collectors.entries()) {
            const text = 'é"\\r\\n,'.repeat(Math.floor(Math.random() ** 8 * 4000));
            const rows = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () => ['${n}:' + c, counts[c], text]);
            collector.collect(rows);
            counts[c] += 1;
          }
          if (Math.random() < 0.2) await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
        }
        console.log(JSON.stringify(counts));
        ${n === 0 ? 'process.exit();' : ''}
        ${n === 1 ? "process.kill(process.pid, 'SIGTERM'); setInterval(() => undefined, 1000);" : ''}
        ${n === 2 ? 'for (const collector of collectors) await collector.close();' : ''}`,
        {},
        folder,
      ),
    ),
  );
  const ends = await Promise.all(children.map((child) => child.ended));
  expect(ends.map(({ stderr }) => stderr)).toEqual(Array(PROCESSES).fill(''));
  const names = Object.keys(filesIn(folder));
  for (const name of names) expect(name).toMatch(/predictions\.csv$/);
  const [header, ...rows] = names.flatMap((name) => parse(readFileSync(join(folder, name))) as string[][]);
  expect(header).toEqual(['by', 'call', 'text']);
  const counts = ends.map(({ stdout }) => JSON.parse(stdout) as number[]);
  for (let n = 0; n < PROCESSES; n += 1) {
    for (let c = 0; c < COLLECTORS; c += 1) {
      const calls = rows.filter(([by]) => by === `${n}:${c}`).map(([, call]) => Number(call));
      const distinct = calls.filter((call, i) => call !== calls[i - 1]);
      expect(distinct).toEqual(Array.from({ length: counts[n]?.[c] ?? 0 }, (_, i) => i));
      expect(distinct.length).toBeGreaterThan(50);
    }
  }
  const keys = rows.map(([by, call]) => `${by} ${call}`);
  const calls = keys.filter((key, i) => key !== keys[i - 1]);
  expect(new Set(calls).size).toBe(calls.length);
});
