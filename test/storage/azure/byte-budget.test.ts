import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../../src/storage/azure/byte-budget.js';

const settle = async (): Promise<void> => {
  for (let i = 0; i < 4; i += 1) await Promise.resolve();
};

describe('a budget of bytes', () => {
  it('lends up to its whole, and more only when something came back', async () => {
    const budget = new ByteBudget(10);
    await budget.take(6);
    await budget.take(4);
    let lent = false;
    void budget.take(1).then(() => {
      lent = true;
    });
    await settle();
    expect(lent).toBe(false);
    budget.give(4);
    await settle();
    expect(lent).toBe(true);
  });

  it('lends more than its whole to one alone, and to nobody else beside it', async () => {
    const budget = new ByteBudget(10);
    await budget.take(25);
    expect(budget.tryTake(1)).toBe(false);
    budget.give(25);
    expect(budget.tryTake(1)).toBe(true);
    expect(budget.tryTake(25)).toBe(false);
  });

  it('of no byte lends to one after the other', async () => {
    const budget = new ByteBudget(0);
    expect(budget.tryTake(5)).toBe(true);
    expect(budget.tryTake(5)).toBe(false);
    budget.give(5);
    expect(budget.tryTake(5)).toBe(true);
  });

  it('does not let a small one pass a large one that waits', async () => {
    const budget = new ByteBudget(10);
    await budget.take(6);
    const lent: string[] = [];
    void budget.take(8).then(() => lent.push('large'));
    void budget.take(1).then(() => lent.push('small'));
    await settle();
    expect(lent).toEqual([]);
    budget.give(6);
    await settle();
    expect(lent).toEqual(['large', 'small']);
  });

  it('is never overdrawn, is first come first served, and leaves nobody waiting who has room (property)', async () => {
    const step = fc.oneof(
      fc.record({ take: fc.integer({ min: 1, max: 15 }) }),
      fc.record({ give: fc.nat(20) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 12 }),
        fc.array(step, { maxLength: 60 }),
        async (most, steps) => {
          const budget = new ByteBudget(most);
          const asked: number[] = [];
          const served: number[] = [];
          const out: number[] = [];
          const sum = (): number => out.reduce((all, bytes) => all + bytes, 0);
          const check = async (): Promise<void> => {
            await settle();
            expect(served).toEqual([...served.keys()]);
            expect(sum() <= most || out.length === 1).toBe(true);
            const next = asked[served.length];
            if (next !== undefined) expect(out.length > 0 && sum() + next > most).toBe(true);
          };
          const giveBack = (which: number): void => {
            const [bytes = 0] = out.splice(which % out.length, 1);
            budget.give(bytes);
          };
          for (const one of steps) {
            if ('take' in one) {
              const at = asked.push(one.take) - 1;
              void budget.take(one.take).then(() => {
                served.push(at);
                out.push(one.take);
              });
            } else if (out.length > 0) giveBack(one.give);
            await check();
          }
          while (out.length > 0) {
            giveBack(0);
            await check();
          }
          expect(served).toHaveLength(asked.length);
        },
      ),
    );
  });
});
