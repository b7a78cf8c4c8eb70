import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Batch, BlobTarget } from '../../src/collect/delivery/batch.js';
import { SpoolStore } from '../../src/collect/spool/spool.js';
import { formatSpoolName, parseSpoolName } from '../../src/collect/spool/spool-name.js';
import type { SpoolOptions } from '../../src/collect/spool/spool-options.js';
import { type SpoolOwner, thisOwner } from '../../src/collect/spool/spool-owner.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A process of this machine that has ended. */
export const DEAD: SpoolOwner = { ...thisOwner(), pid: spawnSync(process.execPath, ['--version']).pid };

/** A spool's folder as its process would leave it if it were killed now: a copy, in that process's name. */
export async function leftIn(folder: string, owner: SpoolOwner = DEAD): Promise<string> {
  const left = await temporaryFolder();
  for (const file of await readdir(folder)) {
    const name = parseSpoolName(file);
    if (name === undefined) continue;
    await writeFile(join(left, formatSpoolName({ ...name, owner })), await readFile(join(folder, file)));
  }
  return left;
}

export const URL: string = 'https://account.blob.core.windows.net/modeldata';
export const A: BlobTarget = { name: 'm/a.csv', header: Buffer.from('x,y\r\n') };
export const B: BlobTarget = { name: 'm/b.csv' };
export function openStore(folder: string, options: Partial<SpoolOptions> = {}): SpoolStore {
  const store = new SpoolStore({ folder, url: URL, ...options });
  onTestFinished(() => store.close());
  return store;
}

export function add(store: SpoolStore, target: BlobTarget, ...lines: readonly string[]): boolean {
  return store.add(target, Buffer.from(lines.map((line) => `${line}\r\n`).join('')), lines.length);
}

export function textOf(batches: readonly Batch[]): string {
  return batches.map(({ bytes }) => Buffer.from(bytes).toString()).join('|');
}

/** All that waits, as `name: bytes`. */
export function waitingIn(store: SpoolStore): Record<string, string> {
  return Object.fromEntries(store.waiting().map(({ name }) => [name, textOf(store.seal(name))]));
}

export function sendAll(store: SpoolStore): void {
  for (const { name } of store.waiting()) store.done(name, store.seal(name));
}

export async function onlyFile(folder: string): Promise<string> {
  const [file, ...others] = await readdir(folder);
  expect(others).toEqual([]);
  return join(folder, file!);
}
