import { closeSync, copyFileSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** From 64 KiB to 4 MiB all are equally quick: 2.4-2.8 GB/s within the page cache. */
const BUFFER_BYTES = 512 * 1024;

/** Files of a folder. */
export interface FileSet {
  readonly folder: string;
  readonly names: readonly string[];
}

/**
 * The floor: reads and writes every byte of the source and of its events, and does nothing else. A converter must at least read
 * the one and write the other.
 */
export function copyBytes(sets: readonly FileSet[], destination: string): void {
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  for (const set of sets) copyEach(set, destination, (from, to) => copyFile(from, to, buffer));
}

/** What `cp -r` would do with a tree. The quicker, synchronous call, so that the comparison is the harder one. */
export function copyOneByOne(set: FileSet, destination: string): void {
  copyEach(set, destination, copyFileSync);
}

function copyEach(
  { folder, names }: FileSet,
  destination: string,
  copy: (from: string, to: string) => void,
): void {
  const made = new Set<string>();
  for (const name of names) {
    const to = join(destination, name);
    const parent = dirname(to);
    if (!made.has(parent)) {
      mkdirSync(parent, { recursive: true });
      made.add(parent);
    }
    copy(join(folder, name), to);
  }
}

function copyFile(from: string, to: string, buffer: Buffer): void {
  const input = openSync(from, 'r');
  const output = openSync(to, 'w');
  for (let read = readSync(input, buffer); read > 0; read = readSync(input, buffer)) {
    for (let written = 0; written < read; ) written += writeSync(output, buffer, written, read - written);
  }
  closeSync(input);
  closeSync(output);
}
