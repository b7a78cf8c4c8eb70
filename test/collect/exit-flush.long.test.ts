import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChildEnd, type CollectingChild, collectingChild } from '../support/collecting-child.js';
import { filesIn } from './collectors.js';

/** Collects rows 0, 1, 2 ... into ./modeldata, nobody closes it. */
const COLLECT = `
  const collector = new ModelDataCollector('m', 'predictions', ['y'], globalThis.options);
  let count = 0;
  const collect = (rows) => { for (let i = 0; i < rows; i += 1) { collector.collect([count]); count += 1; } };
  collect(1000);
`;
/** Then it goes on and on. */
const STAY = `setInterval(() => collect(10), 1); console.log('ready');`;

/** All rows that a child wrote, in their order; fails if any file has more or less than one header. */
function rowsOf({ folder }: CollectingChild): number[] {
  return Object.entries(filesIn(join(folder, 'modeldata'))).flatMap(([name, text]) => {
    expect(name).toMatch(
      /^default\/default\/default\/default\/m\/default\/predictions\/\d{4}\/\d\d\/\d\d\/data\.csv$/,
    );
    const [header, ...rows] = text.split('\r\n');
    expect([header, rows.pop()]).toEqual(['y', '']);
    return rows.map(Number);
  });
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** The number that the child last printed behind `word`. */
function printed({ stdout }: ChildEnd, word: string): number {
  return Number(stdout.split(`${word} `).at(-1)?.split('\n')[0]);
}

describe('a script', () => {
  it('that ends writes all, into ./modeldata, without being asked to', async () => {
    const child = await collectingChild(COLLECT);
    expect(await child.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(rowsOf(child)).toEqual(upTo(1000));
  });

  it('that ends with what a beforeExit listener of its own collects writes that too', async () => {
    const child = await collectingChild(`${COLLECT}
      process.once('beforeExit', () => setTimeout(() => collect(5), 20));`);
    expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
    expect(rowsOf(child)).toEqual(upTo(1005));
  });

  it.each([
    ['at once', ''],
    ['when rows are on their way already', 'void collector.flush(); collect(500);'],
    ['when it has closed the collector, and has not waited', 'void collector.close();'],
  ])('that calls process.exit writes all: %s', async (_, more) => {
    const child = await collectingChild(`${COLLECT} ${more} process.exit(7);`);
    expect(await child.ended).toMatchObject({ code: 7, stderr: '' });
    expect(rowsOf(child)).toEqual(upTo(more.includes('500') ? 1500 : 1000));
  });

  it('that calls process.exit in any moment of a write writes every row once', async () => {
    for (let turns = 0; turns < 24; turns += 1) {
      const child = await collectingChild(`${COLLECT}
        const pad = 'x'.repeat(1000);
        const wide = new ModelDataCollector('m', 'labels', ['y'], { webserviceName: 'wide' });
        for (let i = 0; i < 3000; i += 1) wide.collect([i, pad]);
        void collector.flush().then(() => undefined);
        void wide.flush();
        collect(10); wide.collect([3000, pad]);
        let turns = ${turns};
        const turn = () => { if (turns === 0) process.exit(); turns -= 1; setImmediate(turn); };
        turn();`);
      expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
      const [labels = '', predictions = ''] = Object.values(filesIn(join(child.folder, 'modeldata'))).sort(
        (a, b) => b.length - a.length,
      );
      const numbers = (text: string): number[] =>
        text
          .split('\r\n')
          .slice(1, -1)
          .map((row) => Number(row.split(',')[0]));
      expect(numbers(predictions)).toEqual(upTo(1010));
      expect(numbers(labels)).toEqual(upTo(3001));
    }
  });

  it('that dies of an uncaught error writes all', async () => {
    const child = await collectingChild(`${COLLECT} throw new Error('mine');`);
    expect(await child.ended).toMatchObject({ code: 1, stderr: expect.stringContaining('mine') as string });
    expect(rowsOf(child)).toEqual(upTo(1000));
  });

  it('that is not enabled says so once, whatever the number of its collectors, and writes nothing', async () => {
    const child = await collectingChild(
      `${COLLECT} new ModelDataCollector('m'); new ModelDataCollector('m2', 'inputs').collect([1]);
       console.log('enabled', collector.enabled);`,
      { AML_MODEL_DC_STORAGE_ENABLED: 'false' },
    );
    const { code, stdout, stderr } = await child.ended;
    expect([code, stdout]).toEqual([0, 'enabled false\n']);
    expect(stderr.match(/AML_MODEL_DC_STORAGE_ENABLED/g)).toHaveLength(1);
    expect(filesIn(child.folder)).toEqual({});
  });

  it('that says enabled: false is told nothing', async () => {
    const child = await collectingChild(`globalThis.options = { enabled: false }; ${COLLECT}`);
    expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('ends the process as it would have, with all that was collected written before', async () => {
    const child = await collectingChild(`${COLLECT} ${STAY}`);
    await child.prints('ready');
    child.process.kill(signal);
    expect(await child.ended).toMatchObject({ code: null, signal, stderr: '' });
    const rows = rowsOf(child);
    expect(rows.length).toBeGreaterThanOrEqual(1000);
    expect(rows).toEqual(upTo(rows.length));
  });

  it.each(['on', 'once', 'prependListener'])(
    'is the program’s own affair where it listens (%s), and nothing is lost',
    async (listen) => {
      for (const isFirst of [true, false]) {
        const mine = `process.${listen}('${signal}', () => setTimeout(() => {
          collect(7); console.log('count', count); process.exit(3);
        }, 100));`;
        const child = await collectingChild(
          `${isFirst ? mine : ''} ${COLLECT} ${isFirst ? '' : mine} ${STAY}`,
        );
        await child.prints('ready');
        child.process.kill(signal);
        const end = await child.ended;
        expect(end).toMatchObject({ code: 3, signal: null, stderr: '' });
        expect(rowsOf(child)).toEqual(upTo(printed(end, 'count')));
      }
    },
  );

  it('that the program ignores loses nothing, even while the disk is full', async () => {
    const child = await collectingChild(`
      import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
      const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
      const folder = 'modeldata/default/default/default/default/m/default/predictions/' + day;
      mkdirSync(folder, { recursive: true });
      symlinkSync('/dev/full', folder + '/data.csv');
      globalThis.options = { shutdownMs: 50, onError: () => undefined };
      ${COLLECT}
      process.on('${signal}', () => setTimeout(() => { rmSync(folder + '/data.csv'); clearInterval(stay); }, 500));
      const stay = setInterval(() => undefined, 1000);
      console.log('ready');`);
    await child.prints('ready');
    child.process.kill(signal);
    expect(await child.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(rowsOf(child)).toEqual(upTo(1000));
  });

  it('is left alone for handleSignals: false', async () => {
    const child = await collectingChild(`
      globalThis.options = { handleSignals: false, flushMs: 60000 };
      const before = process.listenerCount('${signal}'); ${COLLECT}
      console.log('listeners', process.listenerCount('${signal}') - before); ${STAY}`);
    await child.prints('ready');
    child.process.kill(signal);
    const end = await child.ended;
    expect(end).toMatchObject({ code: null, signal });
    expect(printed(end, 'listeners')).toBe(0);
    expect(filesIn(child.folder)).toEqual({});
  });
});

describe('a storage that never answers', () => {
  let server: Server;
  let environment: Record<string, string>;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    server = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    environment = {
      AML_MODEL_DC_STORAGE: `DefaultEndpointsProtocol=http;AccountName=acc;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:${port}/acc;`,
    };
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  /** The deadline is a fraction of a second; a single request alone would be waited for longer than this. */
  const REQUEST_MS = 15_000;
  const SOON = `globalThis.options = { shutdownMs: 300 }; const began = performance.now();
    process.on('exit', () => console.log('took', performance.now() - began));`;

  it('delays a script’s end by no more than the deadline, and the loss is reported', async () => {
    const end = await (await collectingChild(`${SOON} ${COLLECT}`, environment)).ended;
    expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining('1000 rows are lost') as string });
    expect(printed(end, 'took')).toBeLessThan(REQUEST_MS);
  });

  it('delays close by no more than the deadline', async () => {
    const script = `${SOON} ${COLLECT}
      const error = await collector.close().catch((error) => error);
      console.log(error.reason, JSON.stringify(collector.stats())); process.exit();`;
    const { stdout } = await (await collectingChild(script, environment)).ended;
    expect(stdout).toContain('ELOST {"accepted":1000,"written":0,');
    expect(stdout).toContain('"dropped":{"full":0,"shutdown":1000},"bytesBuffered":0');
  });

  it('delays a signal by no more than the deadline', async () => {
    const child = await collectingChild(
      `globalThis.options = { shutdownMs: 300 }; ${COLLECT} ${STAY}`,
      environment,
    );
    await child.prints('ready');
    child.process.kill('SIGTERM');
    expect(await child.ended).toMatchObject({
      code: null,
      signal: 'SIGTERM',
    });
  });

  it('takes nothing from the others, whose rows of the last moment are written, and its loss is told', async () => {
    const child = await collectingChild(
      `import { writeSync } from 'node:fs';
      const dead = new ModelDataCollector('m', 'labels', ['y'], { shutdownMs: 600 });
      dead.collect([1]);
      const collector = new ModelDataCollector('m', 'predictions', ['y'], { storage: './modeldata' });
      let count = 0;
      setInterval(() => { collector.collect([count]); count += 1; writeSync(1, 'count ' + count + '\\n'); }, 1);
      console.log('ready');`,
      environment,
    );
    await child.prints('ready');
    child.process.kill('SIGTERM');
    const end = await child.ended;
    expect(end).toMatchObject({
      signal: 'SIGTERM',
      stderr: expect.stringContaining('1 row is lost') as string,
    });
    const rows = rowsOf(child);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(upTo(printed(end, 'count')));
  });

  it('delays process.exit not at all, and the loss is reported', async () => {
    const script = `${SOON.replace('300', '60000')} ${COLLECT} process.exit(5);`;
    const end = await (await collectingChild(script, environment)).ended;
    expect(end.code).toBe(5);
    expect(printed(end, 'took')).toBeLessThan(REQUEST_MS);
  });
});
