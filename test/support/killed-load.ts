import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

/** A collector in a process of its own, with its spool in one place from run to run. */
export interface Load {
  /** Its script and arguments; `load` collects until it is killed, `drain` sends what is left and ends. It says `ready` first. */
  command(run: number, mode: 'load' | 'drain'): readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Runs end at random moments up to so long after `ready`. */
  readonly mostMs: number;
}

/** Kills it so many times under load, each run going on with what the one before left, then lets one end well. */
export async function killLoad(load: Load, kills: number, random: () => number): Promise<void> {
  for (let run = 1; run <= kills; run += 1) {
    const child = start(load, run, 'load');
    const ended = once(child, 'exit');
    await ready(child, ended);
    await sleep(random() * load.mostMs);
    child.kill('SIGKILL');
    expect(await ended, `run ${run} was to be killed`).toEqual([null, 'SIGKILL']);
  }
  expect(await once(start(load, kills + 1, 'drain'), 'exit')).toEqual([0, null]);
}

/** What became of calls. */
export interface CallTally {
  readonly acknowledged: number;
  /** Written, though killed before they were acknowledged. */
  readonly others: number;
  readonly rows: number;
}

/**
 * Every acknowledged call is in the rows, and every call that is there is there once, whole and in one piece.
 *
 * @param rows lines `call,row/rows,…` of all blobs, one blob's behind another's.
 */
export function expectOnce(acknowledged: readonly string[], rows: readonly string[]): CallTally {
  const found = new Set<string>();
  const twice: string[] = [];
  for (let at = 0; at < rows.length; ) {
    const [call = '', part = ''] = rows[at]!.split(',');
    const count = Number(part.split('/')[1]);
    const own = rows.slice(at, at + count).map((row) => row.split(',').slice(0, 2).join(','));
    expect(own).toEqual(Array.from({ length: count }, (_, i) => `${call},${i + 1}/${count}`));
    if (found.has(call)) twice.push(call);
    found.add(call);
    at += count;
  }
  expect(twice, 'calls that are there twice').toEqual([]);
  expect(
    acknowledged.filter((call) => !found.has(call)),
    'acknowledged calls that are not there',
  ).toEqual([]);
  return { acknowledged: acknowledged.length, others: found.size - acknowledged.length, rows: rows.length };
}

function start({ command, environment }: Load, run: number, mode: 'load' | 'drain'): ChildProcess {
  return spawn(process.execPath, command(run, mode), {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function ready(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const said = once(child.stdout!, 'data');
  await Promise.race([said, ended]);
}
