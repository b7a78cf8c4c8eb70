import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Side = 'bare' | 'logged';

export interface ServerJob {
  readonly side: Side;
  /** The built library. */
  readonly library: string;
  /** Where the logger writes. */
  readonly folder: string;
}

export interface ChildServer {
  readonly port: number;
  /** From now on its time counts. */
  mark(): void;
  /** @returns µs of all its threads since the mark. */
  cpuMicros(): Promise<number>;
  /** @returns events of the collection `response`, in the log and in its file. */
  stop(): Promise<{ readonly accepted: number; readonly written: number }>;
}

const CHILD = fileURLToPath(new URL('./server.ts', import.meta.url));

/** A server of this kind in a fresh process. */
export async function serve(job: ServerJob): Promise<ChildServer> {
  const child = fork(CHILD, [JSON.stringify(job)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { port } = await said<{ port: number }>(child);
  return {
    port,
    mark: () => void child.send('mark'),
    cpuMicros: async () => {
      child.send('cpu');
      return (await said<{ cpuMicros: number }>(child)).cpuMicros;
    },
    stop: async () => {
      child.send('stop');
      return await said(child);
    },
  };
}

async function said<T>(child: ChildProcess): Promise<T> {
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([status]) => Promise.reject(new Error(`a server ended with ${status}`))),
  ]);
  return message as T;
}
