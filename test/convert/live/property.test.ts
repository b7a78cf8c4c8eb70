import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { convertTree } from '../../../src/convert/run.js';
import { verifyTree } from '../../../src/convert/verify/verify-tree.js';
import { type Trees, trees } from '../../support/both-trees.js';
import { collector, eventsOf, liveFiles } from './live-trees.js';

/** A request whose prediction is correlated, in one turn or more, or isn't. */
interface Request {
  readonly turns: readonly number[];
  readonly isCorrelated: boolean;
}

/** What a process serves until it ends. */
interface Phase {
  readonly stage: 'legacy' | 'dual' | 'v2';
  readonly requests: readonly Request[];
}

const request = fc.record({
  turns: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }),
  isCorrelated: fc.boolean(),
});
const phases: fc.Arbitrary<readonly Phase[]> = fc.array(
  fc.record({
    stage: fc.constantFrom('legacy', 'dual', 'dual', 'v2'),
    requests: fc.array(request, { maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** @returns the rows that were collected, each as `input` or `output` and its value: outputs repeat theirs. */
async function serve(place: Trees, { stage, requests }: Phase): Promise<string[]> {
  const inputs = collector(place, 'inputs', ['x'], { stage });
  const predictions = collector(place, 'predictions', ['p'], { stage });
  const rows: string[] = [];
  for (const { turns, isCorrelated } of requests) {
    const total = turns.reduce((sum, n) => sum + n, 0);
    const correlations = inputs.collect(Array.from({ length: total }, (_, i) => [i]));
    for (let i = 0; i < total; i += 1) rows.push(`input ${i}`, `output ${i % 2}`);
    let at = 0;
    for (const turn of turns) {
      const answer = Array.from({ length: turn }, (_, i) => [(at + i) % 2]);
      predictions.collect(isCorrelated ? predictions.addCorrelations(answer, correlations) : answer);
      at += turn;
    }
  }
  await Promise.all([inputs.close(), predictions.close()]);
  return rows;
}

/** Rows of a v2 tree in the same words, sorted. */
function collected({ v2 }: Trees): string[] {
  return eventsOf(v2)
    .flatMap(({ data }) => data.map(({ x, p }) => (x === undefined ? `output ${p}` : `input ${x}`)))
    .sort();
}

it('every row is there once, whichever calls live collection has, and however late it delivers them (property)', async () => {
  await fc.assert(
    fc.asyncProperty(phases, fc.infiniteStream(fc.boolean()), async (all, late) => {
      const place = await trees();
      const rows: string[] = [];
      for (const phase of all) rows.push(...(await serve(place, phase)));
      if (all.every(({ stage, requests }) => stage === 'v2' || requests.length === 0)) return;

      const whole = liveFiles(place.v2).map((name) => [name, eventLines(place, name)] as const);
      for (const [name, lines] of whole)
        write(
          place,
          name,
          lines.filter(() => late.next().value === true),
        );
      const options = { workers: 0, skipExisting: true, maxRejects: 1000 };
      await convertTree(place.legacy, place.v2, options);
      expect(await verifyTree(place.legacy, place.v2, { workers: 0 })).toMatchObject({ findings: [] });

      for (const [name, lines] of whole) write(place, name, lines);
      const { totals } = await convertTree(place.legacy, place.v2, options);
      expect(totals.rejected).toEqual({});
      expect(collected(place)).toEqual(rows.toSorted());
      const events = eventsOf(place.v2);
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      expect(await verifyTree(place.legacy, place.v2, { workers: 0 })).toMatchObject({ findings: [] });
    }),
    { numRuns: 25 },
  );
});

function eventLines({ v2 }: Trees, name: string): string[] {
  return readFileSync(join(v2, name), 'utf8').split('\n').slice(0, -1);
}

function write({ v2 }: Trees, name: string, lines: readonly string[]): void {
  writeFileSync(join(v2, name), lines.map((line) => `${line}\n`).join(''));
}
