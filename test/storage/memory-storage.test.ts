import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { describeStorage } from './contract.js';

describeStorage('memory', async () => new MemoryStorage());

describe('memory storage', () => {
  it('has a name for messages, and is its own container', () => {
    expect(new MemoryStorage('modeldata')).toMatchObject({
      container: 'modeldata',
      url: 'memory:///modeldata',
    });
  });

  it('takes and gives content at once', () => {
    const storage = new MemoryStorage();
    storage.put('a', 'é');
    expect(storage.get('a')).toEqual(Buffer.from('é'));
    expect(storage.get('b')).toBeUndefined();
  });

  it('has one etag for one content', async () => {
    const storage = new MemoryStorage();
    storage.put('a', 'x');
    const before = await storage.stat('a');
    storage.put('a', 'y');
    expect((await storage.stat('a'))?.etag).not.toBe(before?.etag);
    storage.put('a', 'x');
    expect(await storage.stat('a')).toEqual(before);
  });
});
