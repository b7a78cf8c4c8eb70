import { expect, it } from 'vitest';
import { claimedInstances, journalledSources } from '../../../src/convert/verify/journalled-sources.js';
import { instanceName } from '../../../src/event/event-path.js';
import { MemoryStorage } from '../../../src/storage/memory-storage.js';
import type { ReadRange } from '../../../src/storage/storage.js';

const ID = 'modeldata-1a2b3c4d';
const NAME = `_migration/${ID}/journal.jsonl`;
const INSTANCE = instanceName('modeldata', 'a.csv');

function source(n: number): string {
  return `${JSON.stringify({ kind: 'source', source: `héllo/${n}.csv`, ...(n % 2 === 0 ? {} : { live: {} }) })}\n`;
}

/** Reads in pieces of so many bytes. */
class InPieces extends MemoryStorage {
  readonly bytes: number;

  constructor(bytes: number) {
    super('v2');
    this.bytes = bytes;
  }

  override async *read(name: string, range?: ReadRange): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of super.read(name, range))
      for (let at = 0; at < chunk.length; at += this.bytes) yield chunk.subarray(at, at + this.bytes);
  }
}

it.each([1, 7, 1000])(
  'a journal is read line by line, from pieces of %i bytes; a last line that was cut short is none',
  async (bytes) => {
    const storage = new InPieces(bytes);
    storage.put(`_migration/${ID}/plan.json`, Buffer.from('{}'));
    const claim = `${JSON.stringify({ kind: 'claim', instances: [INSTANCE] })}\n`;
    storage.put(
      NAME,
      Buffer.from(
        `{"kind":"journal","version":1}\n${claim}${source(1)}${source(2)}${source(3).slice(0, -1)}`,
      ),
    );
    expect([...(await journalledSources(storage, ID))]).toEqual([
      ['héllo/1.csv', { heedsLive: true }],
      ['héllo/2.csv', { heedsLive: false }],
    ]);
    expect([...(await claimedInstances(storage, undefined))]).toEqual([INSTANCE]);
  },
);

it('a line that is no JSON is an error with its place', async () => {
  const storage = new MemoryStorage('v2');
  storage.put(NAME, Buffer.from(`{"kind":"journal","version":1}\n{"kind":\n`));
  await expect(journalledSources(storage, ID)).rejects.toMatchObject({
    code: 'conflict',
    place: { file: NAME, line: 2 },
  });
});

it('a journal may be longer than a string', async () => {
  const size = 600 * 2 ** 20;
  const line = Buffer.from(source(2));
  const storage = new (class extends MemoryStorage {
    override async stat(name: string): ReturnType<MemoryStorage['stat']> {
      return { name, size, etag: 'x' };
    }

    override async *read(): AsyncGenerator<Uint8Array, void, void> {
      const padded = Buffer.alloc(2 ** 20, ' ');
      line.copy(padded, padded.length - line.length);
      for (let at = 0; at < size; at += padded.length) yield padded;
    }
  })('v2');
  expect([...(await journalledSources(storage, ID)).keys()]).toEqual(['héllo/2.csv']);
});
