import { expect, it } from 'vitest';
import { randomIds } from '../../../src/collect/payload/random-ids.js';

it('ids are UUIDs of version 4, each another one, in one logger and in two', () => {
  const makers = [randomIds(), randomIds()];
  const ids = makers.flatMap((newId) => Array.from({ length: 10_000 }, newId));
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(20_000);
});
