import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `bare`: Node's own server. The others are ours, by what they write and how they keep it. */
export type ContenderId = 'bare' | 'v2 memory' | 'v2 disk' | 'dual disk';

const BARE = fileURLToPath(new URL('./bare-server.ts', import.meta.url));
const ARGUMENTS: Readonly<Record<Exclude<ContenderId, 'bare'>, readonly string[]>> = {
  'v2 memory': ['--events', 'v2', '--durability', 'memory'],
  'v2 disk': ['--events', 'v2'],
  'dual disk': ['--events', 'v2', '--legacy', 'modeldata'],
};

/** A server in a process of its own, with a folder of its own. */
export class Contender {
  readonly id: ContenderId;
  readonly port: number;
  readonly #process: ChildProcess;

  /** @param library the built library's entry. */
  static async start(id: ContenderId, library: string, scratch: string): Promise<Contender> {
    const folder = join(scratch, id.replace(' ', '-'));
    mkdirSync(folder, { recursive: true });
    const main = join(dirname(library), 'cli/main.js');
    const args = id === 'bare' ? [BARE] : [main, 'serve', '--port', '0', ...ARGUMENTS[id]];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const [, port] = /:(\d+)(?:,|\s|$)/.exec(said.toString()) ?? [];
    if (port === undefined) throw new Error(`${id} does not say where it listens: ${said.toString()}`);
    return new Contender(id, Number(port), child);
  }

  private constructor(id: ContenderId, port: number, child: ChildProcess) {
    this.id = id;
    this.port = port;
    this.#process = child;
  }

  /** Resident, in bytes. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  async end(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const [code, signal] = await ended;
    if (this.id !== 'bare' && code !== 0) throw new Error(`${this.id} ended with ${code ?? signal}`);
  }
}
