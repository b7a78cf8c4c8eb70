import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { nobody, type SpoolOwner, thisOwner } from './spool-owner.js';

/** A spool file's name: `{token}@{host}@{boot}-{space}@{pid}-{start}.spool`. Whoever renames it to a name of its own has it. */
export interface SpoolName {
  /** Random, and the file's for good: its checksums begin with it. */
  readonly token: string;
  readonly owner: SpoolOwner;
}

const PATTERN =
  /^(?<token>[0-9a-f-]{36})@(?<host>[^@]+)@(?<boot>[0-9a-f]+)-(?<space>\d+)@(?<pid>\d+)-(?<start>\d+)\.spool$/;

export function newSpoolName(): SpoolName {
  return { token: randomUUID(), owner: thisOwner() };
}

export function ownedByUs({ token }: SpoolName): SpoolName {
  return { token, owner: thisOwner() };
}

export function ownedByNobody({ token }: SpoolName): SpoolName {
  return { token, owner: nobody() };
}

export function formatSpoolName({ token, owner }: SpoolName): string {
  const { host, boot, space, pid, start } = owner;
  return `${token}@${encodeURIComponent(host)}@${boot}-${space}@${pid}-${start}.spool`;
}

/** `undefined` for any other file. */
export function parseSpoolName(file: string): SpoolName | undefined {
  const { token, host, boot, space, pid, start } = PATTERN.exec(file)?.groups ?? {};
  if (token === undefined || host === undefined || boot === undefined) return undefined;
  if (space === undefined || start === undefined) return undefined;
  try {
    return { token, owner: { host: decodeURIComponent(host), boot, space, pid: Number(pid), start } };
  } catch {
    return undefined;
  }
}

/** What is left of a damaged file once all that is readable has been sent. */
export function damagedName({ token }: SpoolName): string {
  return `${token}.damaged`;
}

/** What the checksums of the file's frames begin with. */
export function seedOf({ token }: SpoolName): number {
  return crc32(token);
}
