import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** An emulator of blob storage that belongs to one test file. */
export interface Azurite {
  /** `http://127.0.0.1:{port}/devstoreaccount1`. */
  readonly endpoint: string;
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** Starts Azurite on a free loopback port, in memory. `options` are its own, such as `--oauth basic`. */
export async function startAzurite(options: readonly string[] = [], protocol = 'http'): Promise<Azurite> {
  const port = await freePort();
  const script = join(
    dirname(createRequire(import.meta.url).resolve('azurite/package.json')),
    'dist/src/blob/main.js',
  );
  const fixed = ['--inMemoryPersistence', '--silent', '--disableTelemetry', '--skipApiVersionCheck'];
  const child = spawn(
    process.execPath,
    [script, '--blobHost', '127.0.0.1', '--blobPort', String(port), ...fixed, ...options],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: dirname(fileURLToPath(import.meta.url)),
    },
  );
  const stop = (): void => void child.kill('SIGKILL');
  // Whatever ends the tests ends it too.
  process.once('exit', stop);
  await listening(child);
  const endpoint = `${protocol}://127.0.0.1:${port}/${ACCOUNT}`;
  return {
    endpoint,
    connectionString: `DefaultEndpointsProtocol=${protocol};AccountName=${ACCOUNT};AccountKey=${KEY};BlobEndpoint=${endpoint};`,
    stop: async () => {
      process.off('exit', stop);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      stop();
      await ended;
    },
  };
}

async function listening(child: ChildProcess): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('successfully listens on')) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`azurite ended with ${code}: ${output}`)));
  });
}

/** Taken by nobody a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
