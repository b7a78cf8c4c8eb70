import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { eventFilesIn } from './files-in.ts';

/** Every event file's name → CRC-32 and length: two runs of ours must give the same bytes under the same names. */
export function digestFiles(tree: string): Map<string, string> {
  const buffer = Buffer.allocUnsafe(1024 * 1024);
  return new Map(eventFilesIn(tree).map((name) => [name, digestFile(join(tree, name), buffer)]));
}

function digestFile(path: string, buffer: Buffer): string {
  const file = openSync(path, 'r');
  let [crc, bytes] = [0, 0];
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
    crc = crc32(buffer.subarray(0, read), crc);
    bytes += read;
  }
  closeSync(file);
  return `${crc.toString(16)} ${bytes}`;
}

/** The first name that one tree has otherwise than the other; nothing if they are equal. */
export function firstDifference(
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
): string | undefined {
  return [...new Set([...one.keys(), ...other.keys()])].find((name) => one.get(name) !== other.get(name));
}
