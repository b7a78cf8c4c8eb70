import { StorageError } from '../errors.js';

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space and run the same command again: what is done is kept',
  EDQUOT: 'free some space or have the quota raised, and run the same command again: what is done is kept',
  EIO: 'check the disk and its connection (dmesg), then run the same command again: what is done is kept',
  EACCES: 'give this user the right to read SRC and to write DEST, then run the same command again',
  EPERM: 'give this user the right to read SRC and to write DEST, then run the same command again',
  EROFS: 'choose a DEST on a file system that can be written',
  ENOTDIR: 'a file stands where a folder is needed; choose another DEST or move that file away',
  EMFILE: 'raise the limit on open files (ulimit -n) or use fewer --workers',
};

function explain(reason: string): string {
  const known: Readonly<Record<string, string>> = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the quota is used up',
    EIO: 'the device failed',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOENT: 'it is not there',
    EROFS: 'the file system is read-only',
    ENOTDIR: 'a part of its path is a file',
    EISDIR: 'it is a folder',
  };
  return known[reason] === undefined ? reason : `${known[reason]} (${reason})`;
}

/** What the operating system refused, as an error with the file's place and, where one is known, a remedy. */
export function failureAt(path: string, verb: string, name: string, cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  const reason = reasonOf(cause);
  const remedy = REMEDIES[reason];
  return new StorageError(reason, `can't ${verb} ${name}: ${explain(reason)}`, {
    place: { file: path },
    cause,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** Nothing of this name, or a file where its path needs a folder. */
export function isAbsent(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === 'ENOENT' || reason === 'ENOTDIR';
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : 'EUNKNOWN';
}
