import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { PythonWriter, requestWords } from '../support/python-writer.js';
import { base64, batchOf, HEADER, ownContainer } from './azure-containers.js';

const WIRE = new URL('../../fixtures/legacy/wire.jsonl', import.meta.url);

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
}

const { container } = await ownContainer();

async function pythonWriter(name: string): Promise<PythonWriter> {
  return new PythonWriter(await container.sasUrl(name));
}

/** What the real collector asked of one blob. */
async function recorded(file: string): Promise<{ readonly words: string[]; readonly lists: string[] }> {
  const all = (await readFile(WIRE, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded);
  const own = all.filter(({ path }) => path.includes(`/${file}?`));
  const words = own.map(({ method, path, headers, body, status }) => {
    const [action, leased] = [headers['x-ms-lease-action'], headers['x-ms-lease-id'] !== undefined];
    return requestWords(method, path.slice(path.indexOf('?') + 1), action, leased, body, status);
  });
  const lists = own.filter(({ path, method }) => path.endsWith('comp=blocklist') && method === 'PUT');
  return { words, lists: lists.map(({ body }) => body) };
}

describe('the simulated Python writer', () => {
  it('sends what the real one sent', async () => {
    const { name } = container.target();
    const writer = await pythonWriter(name);
    await writer.start('score\r\n');
    await writer.restage('score,$aml_dc_correlation_id\r\n');
    await writer.write('0.0,a\r\n0.25,b\r\n');
    await writer.commit();
    await writer.commit();
    expect(writer.sent).toEqual((await recorded('predictions.csv')).words);
    expect(writer.pending).toBe(0);
    expect(await container.text(name)).toBe('score,$aml_dc_correlation_id\r\n0.0,a\r\n0.25,b\r\n');
  });
});

describe('a blob of ours and a Python process’s', () => {
  it('has the blocks in the order, and ids in the form, that the real one’s has', async () => {
    const target = container.target();
    const batch = batchOf('a', 'b');
    await container.sink().write(target, [batch]);
    const { committedBlocks = [] } = await container.blob(target.name).getBlockList('committed');
    const [list = ''] = (await recorded('predictions.csv')).lists;
    const [headerId = '', dataId = ''] = [...list.matchAll(/>([A-Za-z0-9+/=]+)</g)].map(([, id]) => id);
    expect(committedBlocks.map(({ name }) => name)).toEqual([headerId, base64(batch.id)]);
    expect(base64(batch.id)).toHaveLength(dataId.length);
    const { contentType, metadata } = await container.blob(target.name).getProperties();
    expect([contentType, metadata]).toEqual(['application/octet-stream', {}]);
  });

  it('keeps what Python has staged and not committed, and Python finds it committed', async () => {
    const target = container.target();
    const writer = await pythonWriter(target.name);
    await writer.start(HEADER.toString());
    await writer.write('python,1\r\n');
    await container.sink().write(target, [batchOf('ours,1')]);
    expect(await container.text(target.name)).toBe(`${HEADER}python,1\r\nours,1\r\n`);
    await writer.commit();
    expect(writer.pending).toBe(0);
    expect(await container.text(target.name)).toBe(`${HEADER}python,1\r\nours,1\r\n`);
  });

  it('gets a header from whoever staged one last before the first commit', async () => {
    const target = container.target(Buffer.from('ours\r\n'));
    const writer = await pythonWriter(target.name);
    await writer.start('theirs\r\n');
    await container.sink().write(target, [batchOf('1')]);
    expect(await container.text(target.name)).toBe('ours\r\n1\r\n');
  });

  it('keeps the header that was committed first, though Python stages another under the same id', async () => {
    const target = container.target();
    const sink = container.sink();
    await sink.write(target, [batchOf('1')]);
    const writer = await pythonWriter(target.name);
    for (const other of ['longer,than,ours\r\n', 'x\r\n']) {
      await writer.restage(other);
      await sink.write(target, [batchOf(other.trim())]);
    }
    expect(await container.text(target.name)).toBe(`${HEADER}1\r\nlonger,than,ours\r\nx\r\n`);
    expect((await container.blocks(target.name)).uncommitted).toEqual([]);
  });

  it('may get its header late: staged by Python, and put in front of the rows that are there', async () => {
    const target = container.target(undefined);
    const sink = container.sink();
    await sink.write({ name: target.name }, [batchOf('1')]);
    expect(await container.text(target.name)).toBe('1\r\n');
    // Ours would not be put there: the rows may have other names.
    await sink.write({ ...target, header: HEADER }, [batchOf('2')]);
    expect(await container.text(target.name)).toBe('1\r\n2\r\n');
    const writer = await pythonWriter(target.name);
    await writer.restage('late\r\n');
    await sink.write({ name: target.name }, [batchOf('3')]);
    expect(await container.text(target.name)).toBe('late\r\n1\r\n2\r\n3\r\n');
  });
});
