import { describe, expect, it } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import type { Progress } from '../../src/convert/run-options.js';
import { StorageError } from '../../src/errors.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { type Converted, convert, readObjects } from '../support/converted.js';
import { errorOf } from '../support/error-of.js';
import { callRows, correlatedFile } from '../support/legacy-file.js';
import { sourceName } from '../support/rows.js';

const INPUTS = sourceName();
const LABELS = sourceName('labels', '2024/02/29', 'labels.csv');
const TREE = { [INPUTS]: correlatedFile('a', ...callRows('x', 1)), [LABELS]: 'y\n1\n2,x\n' };

async function repair({ source, destination }: Converted, onProgress?: (progress: Progress) => void) {
  return await convertTree(source, destination, {
    repair: true,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

async function nameOf(tree: Converted, part: string): Promise<string> {
  return [...(await readObjects(tree.destination)).keys()].find((name) => name.includes(part)) ?? '';
}

/** The same content but for one byte. */
function edited(content: Buffer | undefined): Buffer {
  const other = Buffer.from(content ?? '');
  other[other.length - 3] = (other[other.length - 3] ?? 0) ^ 1;
  return other;
}

describe('a run with repair', () => {
  for (const part of ['model_inputs', '/rejects/']) {
    it(`finds an output that was edited in place (${part}), which no other run sees, and writes it anew`, async () => {
      const tree = await convert(TREE);
      const name = await nameOf(tree, part);
      const before = await readObjects(tree.destination);
      tree.destination.put(name, edited(tree.destination.get(name)));
      expect(await convertTree(tree.source, tree.destination)).toMatchObject({ converted: 0, again: {} });
      expect(tree.destination.get(name)?.toString()).not.toBe(before.get(name));
      const report = await repair(tree);
      expect(report).toMatchObject({ converted: 1, unchanged: 1, again: { 'output-changed': 1 } });
      expect(tree.destination.get(name)?.toString()).toBe(before.get(name));
      expect((await repair(tree)).again).toEqual({});
    });
  }

  it('of what is as it was written changes no byte, and counts what it has read', async () => {
    const tree = await convert(TREE);
    const before = await readObjects(tree.destination);
    const results = [...(await tree.results()).values()].flatMap(({ outputs }) => outputs);
    const bytes = results.reduce((sum, { size }) => sum + size, 0);
    expect((await repair(tree)).checked).toEqual({ sources: 2, outputs: 3, bytes });
    expect(await readObjects(tree.destination)).toEqual(before);
    expect(tree.report.checked).toBeUndefined();
  });

  it('tells its progress as a phase of its own', async () => {
    const tree = await convert(TREE);
    const told: Progress[] = [];
    await repair(tree, (progress) => void told.push(progress));
    const { filesDone, filesTotal, bytesDone, bytesTotal } =
      told.findLast(({ phase }) => phase === 'repair') ?? expect.unreachable();
    expect([filesDone, filesTotal]).toEqual([2, 2]);
    expect(bytesDone).toBe(bytesTotal);
  });

  it('converts again what went while it was reading', async () => {
    const tree = await convert(TREE);
    const name = await nameOf(tree, 'model_inputs');
    const content = tree.destination.get(name)?.toString() ?? '';
    const vanishing = new Proxy(tree.destination, {
      get: (target, key) => {
        if (key === 'read') {
          return (asked: string, ...rest: []) => {
            if (asked === name) void target.remove(name);
            return target.read(asked, ...rest);
          };
        }
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const report = await convertTree(tree.source, vanishing, { repair: true });
    expect(report.again).toEqual({ 'output-missing': 1 });
    expect(tree.destination.get(name)?.toString()).toBe(content);
  });

  it('does not take an output that can’t be read for one that differs', async () => {
    const tree = await convert(TREE);
    class Unreadable extends MemoryStorage {
      override read(name: string, ...rest: []): ReturnType<MemoryStorage['read']> {
        if (name.includes('model_inputs')) throw new StorageError('EIO', `can't read ${name}`);
        return super.read(name, ...rest);
      }
    }
    const destination = new Unreadable('v2');
    for (const [name, content] of await readObjects(tree.destination)) destination.put(name, content);
    const error = await errorOf(convertTree(tree.source, destination, { repair: true }));
    expect(error).toMatchObject({ reason: 'EIO' });
  });

  it('that is interrupted while it reads changes nothing', async () => {
    const tree = await convert(TREE);
    const before = await readObjects(tree.destination);
    const controller = new AbortController();
    const error = await errorOf(
      convertTree(tree.source, tree.destination, {
        repair: true,
        signal: controller.signal,
        onProgress: ({ phase }) => {
          if (phase === 'repair') controller.abort();
        },
      }),
    );
    expect(error).toMatchObject({ code: 'aborted' });
    expect(await readObjects(tree.destination)).toEqual(before);
  });
});
