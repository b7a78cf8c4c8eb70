import fc from 'fast-check';
import { expect, it } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import type { MemoryStorage } from '../../src/storage/memory-storage.js';
import { FailingStorage, fullAfter } from '../support/failing-storage.js';
import { eventFiles, Followed, joinedFiles } from './followed.js';
import { blockText, days, headerOf, SOURCES, type Step } from './random-growth.js';

/** The tree's side of a step. */
function happen(followed: Followed, step: Step): void {
  const { source, clock } = followed;
  if (step.kind === 'rest') clock.advance(step.seconds * 1000);
  if (step.kind === 'pass' || step.kind === 'restart' || step.kind === 'rest') return;
  const name = SOURCES[step.source] ?? '';
  const content = source.get(name);
  const endTornRow = content === undefined || content.at(-1) === 10 ? '' : '9,9\n';
  if (step.kind === 'block') {
    if (content === undefined) followed.append(name, headerOf(step.source));
    followed.append(name, endTornRow + blockText(step.source, step.calls));
  } else if (step.kind === 'torn') {
    if (content !== undefined) followed.append(name, '7,7');
  } else if (step.kind === 'header') {
    if (content !== undefined) source.put(name, `\r\n${content.toString()}`);
  } else if (step.kind === 'replace') {
    source.put(name, headerOf(step.source) + blockText(step.source, step.calls));
  } else if (content !== undefined && content.length > 400) {
    const end = content.indexOf('\n', content.length / 2) + 1;
    source.put(name, content.subarray(0, end));
  }
}

async function live(followed: Followed, steps: readonly Step[]): Promise<void> {
  for (const process of processes(steps)) {
    const groups: Step[][] = [[]];
    for (const step of process.steps) {
      groups.at(-1)?.push(step);
      if (step.kind === 'pass') groups.push([]);
    }
    for (const step of groups.shift() ?? []) happen(followed, step);
    // An empty tree is an error, as it is for `convert`.
    if (SOURCES.every((name) => followed.source.get(name) === undefined)) continue;
    const run = followed.watch(
      groups.length + 1,
      async () => {
        await expectNoDoubles(followed);
        for (const step of groups.shift() ?? []) happen(followed, step);
      },
      {},
      process.writes === undefined
        ? undefined
        : new FailingStorage(followed.destination, fullAfter(process.writes)),
    );
    if (process.writes === undefined) await run;
    else await run.catch((error: unknown) => expect(error).toMatchObject({ reason: 'ENOSPC' }));
    for (const step of groups.flat()) happen(followed, step);
  }
}

/** The steps of each process, and how much it writes before it is killed. */
function processes(steps: readonly Step[]): { steps: Step[]; writes: number | undefined }[] {
  const all: { steps: Step[]; writes: number | undefined }[] = [{ steps: [], writes: undefined }];
  for (const step of steps) {
    const last = all.at(-1);
    if (last === undefined) continue;
    if (step.kind !== 'restart') last.steps.push(step);
    else {
      last.writes = step.writes;
      all.push({ steps: [], writes: undefined });
    }
  }
  return all;
}

/** A pass that has ended leaves no event twice. */
async function expectNoDoubles({ destination }: Followed): Promise<void> {
  const lines = [...(await eventFiles(destination))].filter(([name]) => !name.startsWith('_'));
  const ids = lines.flatMap(([, text]) => [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id));
  expect(ids.length).toBe(new Set(ids).size);
}

async function expectSame(followed: Followed, isRewritten: boolean): Promise<void> {
  followed.append(SOURCES[0] ?? '', followed.source.get(SOURCES[0] ?? '') === undefined ? headerOf(0) : '');
  followed.endDay();
  await followed.watch(3, () => followed.endDay());
  const converted = await followed.converted();
  const files = await eventFiles(converted);
  expect(await joinedFiles(followed.destination)).toEqual(files);
  await compactAndConvert(followed, files, isRewritten);
}

async function compactAndConvert(
  followed: Followed,
  files: ReadonlyMap<string, string>,
  isRewritten: boolean,
): Promise<void> {
  const again = copyOf(followed.destination);
  await followed.sync({ compact: true });
  expect(await eventFiles(followed.destination)).toEqual(files);
  await convertTree(followed.source, await again, { replan: isRewritten });
  expect(await eventFiles(await again)).toEqual(files);
}

async function copyOf(storage: MemoryStorage): Promise<MemoryStorage> {
  const { MemoryStorage: Memory } = await import('../../src/storage/memory-storage.js');
  const copy = new Memory(storage.container);
  for await (const { name } of storage.list('')) copy.put(name, storage.get(name) ?? '');
  return copy;
}

const RUNS = Number(process.env['MDC_FOLLOW_RUNS'] ?? 40);
const SEED = process.env['MDC_FOLLOW_SEED'];

it.each([
  ['grows', false],
  ['grows and is rewritten', true],
] as const)(
  'a tree that %s, by processes that are killed, comes to the events of one conversion, and compacted to its bytes',
  async (_, isRewritten) => {
    await fc.assert(
      fc.asyncProperty(days(isRewritten), fc.constantFrom(300, 1000, 1e6), async (steps, partBytes) => {
        const followed = new Followed({ partBytes });
        await live(followed, steps);
        await expectSame(followed, isRewritten);
      }),
      { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    );
  },
  600_000,
);
