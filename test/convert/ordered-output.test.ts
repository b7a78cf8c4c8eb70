import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { OrderedOutput } from '../../src/convert/ordered-output.js';
import type { PartOutcome } from '../../src/mapping/finish-part.js';
import { anyText } from '../support/any-text.js';
import { heldBytes } from '../support/heap.js';

const event = (line: string): PartOutcome => ({
  kind: 'event',
  hour: '2024/02/29/01',
  line,
  rows: 1,
  lossy: 0,
});
const rejected = (...lines: readonly string[]): PartOutcome => ({
  kind: 'rejected',
  rejects: lines.map((line) => ({ reason: 'width', line })),
});

const textOf = (outcome: PartOutcome): string => {
  if (outcome.kind === 'event') return outcome.line;
  return 'rejects' in outcome
    ? outcome.rejects.map(({ line }) => line).join('')
    : `${outcome.kind} of ${outcome.rows}`;
};

/** Collects what comes out. */
async function drain(output: OrderedOutput, into: PartOutcome[]): Promise<void> {
  await output.drain((outcome) => void into.push(outcome));
}

// A place of its own: other tests make temporary files at the same time.
const place = await mkdtemp(join(tmpdir(), 'mdc-test-'));
vi.stubEnv('TMPDIR', place);
afterAll(() => rm(place, { recursive: true }));

const spilled = async (): Promise<number> => (await readdir(place)).length;

describe('outcomes come out in the order in which their slots were reserved', () => {
  it('whatever the order in which they are filled', async () => {
    const output = new OrderedOutput();
    const [a, b, c] = [output.reserve(), output.reserve(), output.reserve()];
    const out: PartOutcome[] = [];
    output.fill(c, event('c'));
    await drain(output, out);
    output.fill(a, event('a'));
    await drain(output, out);
    output.fill(b, rejected('b'));
    await drain(output, out);
    expect(out.map(textOf)).toEqual(['a', 'b', 'c']);
    await output.close();
  });

  it('with any limit on memory, and each as it went in (property)', async () => {
    const line = anyText(8).map((text) => Buffer.from(text).toString('latin1'));
    const outcome = fc.oneof(
      { weight: 4, arbitrary: line.map(event) },
      {
        weight: 2,
        arbitrary: fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => rejected(...lines)),
      },
      { weight: 1, arbitrary: fc.constant<PartOutcome>({ kind: 'out-of-range', rows: 2 }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(outcome, fc.nat(1000), fc.boolean()), { maxLength: 20 }),
        fc.nat(30),
        async (items, limit) => {
          const output = new OrderedOutput(limit);
          const slots = items.map(() => output.reserve());
          const order = [...items.keys()].sort((x, y) => (items[x]?.[1] ?? 0) - (items[y]?.[1] ?? 0));
          const out: PartOutcome[] = [];
          for (const i of order) {
            output.fill(slots[i]!, items[i]![0]);
            if (items[i]![2]) await drain(output, out);
          }
          await drain(output, out);
          await output.close();
          expect(out).toEqual(items.map(([item]) => item));
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('what waits for an earlier slot', () => {
  it('goes to a temporary file beyond the limit, and the file goes at the end', async () => {
    const before = await spilled();
    const output = new OrderedOutput(1000);
    const first = output.reserve();
    const out: PartOutcome[] = [];
    for (let i = 0; i < 50; i += 1) {
      output.fill(output.reserve(), i % 2 === 0 ? event('x'.repeat(100) + i) : rejected(`r${i}`));
      await drain(output, out);
    }
    expect([out.length, await spilled()]).toEqual([0, before + 1]);
    output.fill(first, event('first'));
    await drain(output, out);
    expect(out.map((outcome) => textOf(outcome).replace(/^x+/, ''))).toEqual([
      'first',
      ...Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? String(i) : `r${i}`)),
    ]);
    await output.close();
    expect(await spilled()).toBe(before);
  });

  it('is not held in memory: rejects behind an open call', async () => {
    const output = new OrderedOutput(1024 * 1024);
    const first = output.reserve();
    const before = await heldBytes();
    for (let i = 0; i < 40; i += 1) {
      for (let n = 0; n < 20; n += 1) {
        output.fill(output.reserve(), rejected(Buffer.alloc(50_000, String(i)).toString('latin1')));
      }
      await output.drain(() => expect.unreachable());
      if (i % 10 === 9) expect((await heldBytes()) - before).toBeLessThan(12_000_000);
    }
    const out = { rows: 0, bytes: 0 };
    output.fill(first, event('first'));
    await output.drain((outcome) => {
      out.rows += 1;
      out.bytes += textOf(outcome).length;
    });
    expect(out).toEqual({ rows: 801, bytes: 40_000_005 });
    await output.close();
  });

  it('takes no memory for each of many short ones', async () => {
    const output = new OrderedOutput(1024 * 1024);
    const first = output.reserve();
    const before = await heldBytes();
    for (let i = 1; i <= 60_000; i += 1) {
      output.fill(output.reserve(), rejected('short'));
      if (i % 10_000 === 0) await output.drain(() => expect.unreachable());
      if (i % 20_000 === 0) expect((await heldBytes()) - before).toBeLessThan(12_000_000);
    }
    let rows = 0;
    output.fill(first, event('first'));
    await output.drain(() => {
      rows += 1;
    });
    expect(rows).toBe(60_001);
    await output.close();
  });

  it('may be the rows of a dataref', async () => {
    const output = new OrderedOutput(100);
    const first = output.reserve();
    const dataref = { name: 'files/x.json', content: '[{"a":"é"}]' };
    output.fill(output.reserve(), { ...event('x'), dataref } as PartOutcome);
    await output.drain(() => expect.unreachable());
    output.fill(first, event('first'));
    const out: PartOutcome[] = [];
    await drain(output, out);
    expect(out[1]).toEqual({ ...event('x'), dataref });
    await output.close();
  });

  it('is not written at all where nothing waits for long', async () => {
    const before = await spilled();
    const output = new OrderedOutput(10);
    let taken = 0;
    for (let i = 0; i < 100; i += 1) {
      output.fill(output.reserve(), event('x'.repeat(100)));
      await output.drain(() => {
        taken += 1;
      });
    }
    expect([taken, await spilled()]).toEqual([100, before]);
    await output.close();
  });
});
