import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MdcBridgeError, StorageError } from '../../errors.js';
import type { EmittedFile } from './emitted-file.js';

const MAX_LISTED = 5;

/**
 * Writes all files or, if one is there with another content and `force` is not given, none. One that has the content already
 * is left as it is.
 *
 * @throws MdcBridgeError `usage` for a folder inside DEST, `conflict`, `storage`.
 */
export async function writeFiles(
  folder: string,
  files: readonly EmittedFile[],
  { force, destination }: { readonly force: boolean; readonly destination: string },
): Promise<void> {
  refuseDestination(folder, destination);
  const changed: EmittedFile[] = [];
  const edited: string[] = [];
  for (const file of files) {
    const there = await contentOf(join(folder, file.path));
    if (there === file.text) continue;
    changed.push(file);
    if (there !== undefined) edited.push(file.path);
  }
  if (edited.length > 0 && !force) throw wouldOverwrite(folder, edited);
  for (const { path, text } of changed) await write(join(folder, path), text);
}

/** Files there would lie among what monitors read, and be counted as foreign by the next run. */
function refuseDestination(folder: string, destination: string): void {
  if (!destination.startsWith('file:')) return;
  const from = relative(fileURLToPath(destination), resolve(folder));
  if (from.startsWith('..') || isAbsolute(from)) return;
  throw new MdcBridgeError('usage', '--out lies inside DEST, which holds nothing but collected data', {
    place: { file: folder },
    remedy: 'choose a place outside of DEST',
  });
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw notWritten(path, cause);
  }
}

async function write(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (cause) {
    throw notWritten(path, cause);
  }
}

function notWritten(path: string, cause: unknown): StorageError {
  return new StorageError(codeOf(cause), "a file can't be written", {
    place: { file: path },
    cause,
    remedy: 'make room or choose another --out, and run the command again',
  });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}

function wouldOverwrite(folder: string, paths: readonly string[]): MdcBridgeError {
  const more = paths.length > MAX_LISTED ? `\n  ... and ${paths.length - MAX_LISTED} more` : '';
  return new MdcBridgeError(
    'conflict',
    `${paths.length} file(s) are there already with another content, perhaps what you have filled in:\n  ` +
      paths.slice(0, MAX_LISTED).join('\n  ') +
      more,
    {
      place: { file: folder },
      remedy: 'choose another --out and take over what differs, or overwrite them with --force',
    },
  );
}
