import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { EventLine } from '../../../src/convert/verify/event-line.js';
import { type EventKeys, HourFile } from '../../../src/convert/verify/hour-file.js';
import { MemoryStorage } from '../../../src/storage/memory-storage.js';

const line = (id: string, padding = ''): string =>
  `{"id":"${id}","data":["${padding}"],"correlationid":"c-${id}"}\n`;
const keys = (id: string): EventKeys => ({ id: `"${id}"`, correlationId: `"c-${id}"` });

async function open(content: string): Promise<HourFile> {
  const storage = new MemoryStorage();
  storage.put('x.jsonl', content);
  const object = await storage.stat('x.jsonl');
  return new HourFile(storage, object!);
}

async function claim(file: HourFile, id: string): Promise<boolean> {
  const event = (await file.near(keys(id))) ?? (await file.far(keys(id)));
  if (event !== undefined) file.claim(event);
  return event !== undefined;
}

/** Line numbers that nothing claimed. */
async function rest(file: HourFile): Promise<number[]> {
  const left: EventLine[] = [];
  await file.end((events) => left.push(...events));
  return left.map((event) => event.line.number);
}

const numbered = (n: number, from = 0): string[] => Array.from({ length: n }, (_, i) => String(from + i));

describe('The events of an hour file', () => {
  test('are claimed in their order, and the checksum is that of the whole file', async () => {
    const content = numbered(5000)
      .map((id) => line(id, 'x'.repeat(100)))
      .join('');
    const file = await open(content);
    for (const id of numbered(5000)) expect(await claim(file, id)).toBe(true);
    const { size, sha256 } = await file.end((left) => expect(left).toEqual([]));
    expect(size).toBe(content.length);
    expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(file.outOfOrder.count).toBe(0);
  });

  test('are found behind strangers, which are left over', async () => {
    const file = await open(['s', 't', '1', '2'].map((id) => line(id)).join(''));
    expect(await claim(file, '1')).toBe(true);
    expect(await claim(file, '2')).toBe(true);
    expect(await rest(file)).toEqual([1, 2]);
  });

  test('that are lost disturb none after them', async () => {
    const file = await open(
      numbered(10)
        .filter((id) => id !== '4')
        .map((id) => line(id))
        .join(''),
    );
    const found = [];
    for (const id of numbered(10)) found.push(await claim(file, id));
    expect(found.map(Number).join('')).toBe('1111011111');
    expect(await rest(file)).toEqual([]);
  });

  test('are given up for lost when they are further away than can be looked ahead', async () => {
    const file = await open([...numbered(5000, 1000), '1'].map((id) => line(id)).join(''));
    expect(await claim(file, '1')).toBe(false);
    expect(await claim(file, '1000')).toBe(true);
  });

  test('behind more strangers than can be looked ahead are found after some that are not', async () => {
    const wanted = numbered(200);
    const file = await open([...numbered(5000, 1000), ...wanted].map((id) => line(id)).join(''));
    let found = 0;
    for (const id of wanted) found += (await claim(file, id)) ? 1 : 0;
    expect(found).toBeGreaterThan(100);
    expect((await rest(file)).length).toBe(5000 + 200 - found);
  });

  test('are the same after a rest', async () => {
    const content = numbered(3000)
      .map((id) => line(id, 'é'.repeat(50)))
      .join('');
    const file = await open(content);
    for (const id of numbered(3000)) {
      if (Number(id) % 7 === 0) file.rest();
      expect(await claim(file, id)).toBe(true);
    }
    const { sha256 } = await file.end(() => undefined);
    expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
  });

  test('that come too late are counted', async () => {
    const file = await open(['2', '1', '3'].map((id) => line(id)).join(''));
    for (const id of ['1', '2', '3']) await claim(file, id);
    expect(file.outOfOrder).toEqual({ count: 1, firstLine: 1 });
  });

  test('are known by their id when their correlationid is another, and the other way round', async () => {
    const file = await open(
      '{"id":"1","correlationid":"other"}\n{"id":"other","correlationid":"x"}\n{"id":"z","data":[],"correlationid":"c-2"}\n',
    );
    expect((await file.near(keys('1')))?.line.number).toBe(1);
    expect((await file.far(keys('2')))?.line.number).toBe(3);
  });
});
