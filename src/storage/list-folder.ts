import { Buffer, isUtf8 } from 'node:buffer';
import * as fs from 'node:fs';
import fastGlob from 'fast-glob';
import { StorageError } from '../errors.js';
import type { ListedOddity } from './storage.js';

/**
 * All files under a folder by fast-glob, ordered by the UTF-8 bytes of their names, and what else lies there. Links are not
 * followed: one may lead out of the tree, or round in a circle.
 */
export async function* listFolder(
  root: string,
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly name: string } | ListedOddity, void, void> {
  const oddities: ListedOddity[] = [];
  const found: { readonly key: Buffer; readonly name: string; readonly oddity?: ListedOddity['oddity'] }[] =
    [];
  // The folder part of the prefix is where the walk starts, so that siblings are not read.
  const base = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const options = {
    cwd: `${root}/${base}`,
    dot: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    objectMode: true,
    fs: { readdir: strictReaddir(root, oddities) },
  } as const;
  try {
    for await (const item of fastGlob.stream('**', options)) {
      signal?.throwIfAborted();
      const { path, dirent } = item as unknown as fastGlob.Entry;
      const name = base + path;
      if (dirent.isDirectory() || !name.startsWith(prefix)) continue;
      const oddity = dirent.isSymbolicLink() ? 'symlink' : dirent.isFile() ? undefined : 'not-a-file';
      found.push({ key: Buffer.from(name), name, ...(oddity === undefined ? {} : { oddity }) });
    }
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw listingFailure(root, cause);
  }
  for (const oddity of oddities) found.push({ ...oddity, key: Buffer.from(oddity.name) });
  found.sort((a, b) => Buffer.compare(a.key, b.key));
  for (const { name, oddity } of found) yield oddity === undefined ? { name } : { name, oddity };
}

type ReaddirCallback = (error: NodeJS.ErrnoException | null, entries: fs.Dirent[]) => void;

/** `readdir` for fast-glob that sets aside the names which are not UTF-8 (their text would name no file), and closed folders. */
function strictReaddir(root: string, oddities: ListedOddity[]): typeof fs.readdir {
  const relative = (path: string): string => path.slice(root.length).replace(/^\/+/, '');
  const readdir = (path: string, _options: unknown, callback: ReaddirCallback): void => {
    fs.readdir(path, { withFileTypes: true, encoding: 'buffer' }, (error, entries) => {
      if (error !== null) {
        if (error.code === 'EACCES' && relative(path) !== '') {
          oddities.push({ name: relative(path), oddity: 'unreadable' });
          callback(null, []);
        } else {
          callback(error, []);
        }
        return;
      }
      const readable: fs.Dirent[] = [];
      for (const entry of entries) {
        const bytes = entry.name as unknown as Buffer;
        if (isUtf8(bytes)) {
          readable.push(Object.assign(entry, { name: bytes.toString('utf8') }) as unknown as fs.Dirent);
        } else {
          oddities.push({ name: `${relative(path)}/${bytes.toString('latin1')}`, oddity: 'name-not-utf8' });
        }
      }
      callback(null, readable);
    });
  };
  return readdir as unknown as typeof fs.readdir;
}

function listingFailure(root: string, cause: unknown): StorageError {
  const reason = (cause as NodeJS.ErrnoException).code ?? 'EUNKNOWN';
  const denied = reason === 'EACCES' || reason === 'EPERM';
  return new StorageError(reason, `can't list ${root}: ${denied ? 'permission denied' : reason}`, {
    place: { file: root },
    cause,
    ...(denied ? { remedy: 'give this user the right to read every folder of SRC' } : {}),
  });
}
