import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Groups } from '../../../src/convert/plan/groups.js';

test('groups indexes as Map.groupBy does', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c', '__proto__', '')), (keys) => {
      const groups = new Groups(keys.length);
      for (const key of keys) groups.add(key);
      const expected = Map.groupBy(keys.keys(), (index) => keys[index]);
      expect([...groups.members()].map((members) => [...members])).toEqual([...expected.values()]);
    }),
  );
});
