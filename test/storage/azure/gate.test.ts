import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gate } from '../../../src/storage/azure/gate.js';

/** Lets what was resolved go on. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 4; i += 1) await Promise.resolve();
};

/** A gate whose clock stands still unless told, with nobody inside. */
function gateAt(most: number): { readonly gate: Gate; readonly clock: { now: number } } {
  const clock = { now: 0 };
  return { gate: new Gate(most, () => clock.now), clock };
}

describe('a gate', () => {
  it('lets as many in as its limit says, and the next only when one has left', async () => {
    const { gate } = gateAt(2);
    const entered: number[] = [];
    for (const one of [1, 2, 3]) void gate.enter().then(() => entered.push(one));
    await settle();
    expect(entered).toEqual([1, 2]);
    gate.leave();
    await settle();
    expect(entered).toEqual([1, 2, 3]);
  });

  it('forgets those whose signal fires while they wait, and lets the next one in', async () => {
    const { gate } = gateAt(1);
    await gate.enter();
    const stop = new AbortController();
    const gone = gate.enter(stop.signal);
    const next = gate.enter(new AbortController().signal);
    stop.abort();
    await expect(gone).rejects.toMatchObject({ code: 'aborted' });
    await expect(gate.enter(stop.signal)).rejects.toMatchObject({ code: 'aborted' });
    gate.leave();
    await next;
    gate.leave();
    await gate.enter();
  });

  it('halves its limit when the service asks for less, at most once a second', () => {
    const { gate, clock } = gateAt(16);
    gate.throttled();
    expect(gate.limit).toBe(8);
    clock.now = 999;
    gate.throttled();
    expect(gate.limit).toBe(8);
    clock.now = 1000;
    gate.throttled();
    expect(gate.limit).toBe(4);
  });

  it('lets one in at the least, however often it is throttled', async () => {
    const { gate, clock } = gateAt(5);
    for (let i = 0; i < 20; i += 1) {
      clock.now += 1000;
      gate.throttled();
    }
    expect(gate.limit).toBe(1);
    await gate.enter();
  });

  it('recovers with the answers, by about one for each round of them, and never beyond what it began with', () => {
    const { gate } = gateAt(16);
    gate.throttled();
    for (let i = 0; i < 8; i += 1) gate.answered();
    expect(gate.limit).toBe(8);
    for (let i = 0; i < 2; i += 1) gate.answered();
    expect(gate.limit).toBe(9);
    for (let i = 0; i < 1000; i += 1) gate.answered();
    expect(gate.limit).toBe(16);
  });

  it('lets nobody in who would be one too many after a halving, until enough have left', async () => {
    const { gate } = gateAt(4);
    for (let i = 0; i < 4; i += 1) await gate.enter();
    let entered = false;
    void gate.enter().then(() => {
      entered = true;
    });
    gate.throttled();
    for (const expected of [false, false, true]) {
      gate.leave();
      await settle();
      expect(entered).toBe(expected);
    }
  });

  it('lets more in at once where a recovered limit has room for them', async () => {
    const { gate } = gateAt(4);
    gate.throttled();
    const entered: number[] = [];
    for (let i = 0; i < 5; i += 1) void gate.enter().then(() => entered.push(i));
    await settle();
    expect(entered).toEqual([0, 1]);
    for (let i = 0; i < 20; i += 1) gate.answered();
    gate.leave();
    await settle();
    expect(entered).toEqual([0, 1, 2, 3, 4]);
  });

  it('serves all in the order in which they came, and never lets in beyond its limit (property)', async () => {
    const step = fc.constantFrom('enter', 'enter', 'answered', 'refused', 'throttled', 'later');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(step, { maxLength: 60 }),
        async (most, steps) => {
          const { gate, clock } = gateAt(most);
          const entered: number[] = [];
          let [asked, left] = [0, 0];
          const inside = (): number => entered.length - left;
          const check = async (): Promise<void> => {
            await settle();
            expect(entered).toEqual([...entered.keys()]);
            // Whoever may come in has come in.
            if (entered.length < asked) expect(inside()).toBeGreaterThanOrEqual(gate.limit);
          };
          const enter = (): void => {
            const one = asked;
            asked += 1;
            void gate.enter().then(() => entered.push(one));
          };
          const leave = (answered: boolean): void => {
            if (inside() === 0) return;
            if (answered) gate.answered();
            left += 1;
            gate.leave();
          };
          for (const one of steps) {
            const before = inside();
            if (one === 'enter') enter();
            else if (one === 'throttled') gate.throttled();
            else if (one === 'later') clock.now += 600;
            else leave(one === 'answered');
            await check();
            if (inside() > before) expect(inside()).toBeLessThanOrEqual(gate.limit);
          }
          while (inside() > 0) {
            leave(false);
            await check();
          }
          expect(entered).toHaveLength(asked);
        },
      ),
    );
  });
});
