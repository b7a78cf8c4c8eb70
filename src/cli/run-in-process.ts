import type { WriteStream } from 'node:tty';
import { StorageError } from '../errors.js';
import type { CliIo, OutStream } from './cli-io.js';
import { library } from './engine.js';
import { errorText } from './error-text.js';
import { EXIT } from './exit-status.js';
import { limitNursery } from './limit-nursery.js';
import { plainPaint } from './render/paint.js';
import { run } from './run-cli.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs the CLI with this process's streams, environment, clock and signals. */
export async function runInProcess(argv: readonly string[], version: string): Promise<number> {
  // Node's own exit status for these is 1, which here means differences.
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${errorText(error, plainPaint).join('\n')}\n`);
    process.exit(EXIT.failure);
  });
  limitNursery();
  return await run(argv, processIo(version));
}

function processIo(version: string): CliIo {
  return {
    version,
    stdout: outStream(process.stdout, 'stdout'),
    stderr: outStream(process.stderr, 'stderr'),
    env: process.env,
    clock: {
      now: () => performance.now(),
      every(milliseconds, callback) {
        const timer = setInterval(callback, milliseconds).unref();
        return () => clearInterval(timer);
      },
    },
    engine: library,
    onInterrupt(listener) {
      for (const signal of SIGNALS) process.on(signal, listener);
      return () => {
        for (const signal of SIGNALS) process.off(signal, listener);
      };
    },
    onReload(listener) {
      process.on('SIGHUP', listener);
      return () => process.off('SIGHUP', listener);
    },
    exitNow: (status) => process.exit(status),
  };
}

function outStream(stream: WriteStream, name: 'stdout' | 'stderr'): OutStream {
  let gone = false;
  // Without a listener an error of the stream would end the process with a stack.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    gone ||= error.code === 'EPIPE';
  });
  return {
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.isTTY === true ? stream.columns : undefined;
    },
    write(text) {
      if (gone || text === '') return Promise.resolve();
      return new Promise((resolve, reject) => {
        stream.write(text, (error?: NodeJS.ErrnoException | null) => {
          // Progress and messages are not worth failing for; a result that could not be written is.
          const isFine = error === undefined || error === null || error.code === 'EPIPE' || name === 'stderr';
          if (isFine) resolve();
          else
            reject(
              new StorageError(error.code ?? 'unknown', `the result can't be written to ${name}`, {
                cause: error,
              }),
            );
        });
      });
    },
  };
}
