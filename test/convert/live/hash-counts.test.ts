import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HashCounts } from '../../../src/convert/live/hash-counts.js';

test('counts are those of a map, however many texts there are (property)', () => {
  const step = fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 1000 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 4000, size: 'max' }), (steps) => {
      const counts = new HashCounts();
      const model = new Map<string, number>();
      for (const [n, count, isTaken] of steps) {
        const text = `text ${n}`;
        const before = model.get(text) ?? 0;
        const change = isTaken ? -Math.min(before, 1) : count;
        counts.add(text, change);
        model.set(text, before + change);
      }
      for (const [text, count] of model) expect(counts.get(text)).toBe(count);
      expect(counts.get('another')).toBe(0);
    }),
    { numRuns: 20 },
  );
});
