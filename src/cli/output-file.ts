import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inChunks } from '../convert/json-text.js';
import { MdcBridgeError, StorageError } from '../errors.js';

/**
 * A file on this machine that an option names, such as `--out plan.json`. What would make writing it fail is looked for
 * before the work begins, and it appears in one step when it is whole.
 */
export interface OutputFile {
  readonly path: string;
  write(pieces: Iterable<string>): Promise<void>;
}

export async function openOutputFile(flag: string, path: string, source: string): Promise<OutputFile> {
  const place = { file: path };
  if (path === '') throw new MdcBridgeError('usage', `${flag} needs a file's name`);
  if (isWithin(path, source)) {
    throw new MdcBridgeError('usage', `${flag} lies inside SRC, which is never written to`, {
      place,
      remedy: 'choose a place outside of SRC',
    });
  }
  const folder = await stat(dirname(resolve(path))).catch(() => undefined);
  if (folder?.isDirectory() !== true) {
    throw new MdcBridgeError('usage', `${flag} can't be written: its folder is not there`, {
      place,
      remedy: `make the folder ${dirname(path)} first, or choose another`,
    });
  }
  if ((await stat(path).catch(() => undefined))?.isDirectory() === true) {
    throw new MdcBridgeError('usage', `${flag} is a folder`, { place, remedy: 'name a file in it' });
  }
  return { path, write: (pieces) => writeInOneStep(flag, path, pieces) };
}

async function writeInOneStep(flag: string, path: string, pieces: Iterable<string>): Promise<void> {
  const hidden = join(dirname(path), `.${randomUUID()}.mdc-bridge`);
  try {
    const file = await open(hidden, 'wx');
    try {
      for (const chunk of inChunks(pieces)) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(hidden, path);
  } catch (cause) {
    await rm(hidden, { force: true });
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new StorageError(reason, `${flag} can't be written`, {
      place: { file: path },
      cause,
      remedy: 'make room or choose another place, and run the command again',
    });
  }
}

/** Only for a SRC on this machine; names behind links are what the storage looks after. */
function isWithin(path: string, source: string): boolean {
  if (/^(?!file:)[a-z][a-z0-9+.-]+:\/\//i.test(source)) return false;
  const root = source.startsWith('file:') ? fileURLToPath(source) : resolve(source);
  const from = relative(root, resolve(path));
  return from === '' || !(from.startsWith('..') || isAbsolute(from));
}
