import { hostname } from 'node:os';
import { MdcBridgeError } from '../errors.js';
import type { LockHolder } from './storage.js';

/** This process, as it tells others what it holds a lock for. `command` must be free of credentials. */
export function thisProcess(command: string): LockHolder {
  return { host: hostname(), pid: process.pid, since: new Date().toISOString(), command };
}

/** Of a holder's JSON; `undefined` for any other text. Further members are the driver's own, and left out. */
export function parseHolder(text: string): LockHolder | undefined {
  let value: Partial<LockHolder> | null;
  try {
    value = JSON.parse(text) as Partial<LockHolder> | null;
  } catch {
    return undefined;
  }
  const { host, pid, since, command } = value ?? {};
  if (typeof host !== 'string' || typeof since !== 'string' || typeof command !== 'string') return undefined;
  return Number.isSafeInteger(pid) && Number(pid) > 0
    ? { host, pid: Number(pid), since, command }
    : undefined;
}

/** Of a lock whose text can't be read, but which was touched less than a minute ago. */
export function unknownHolder(since: Date): LockHolder {
  return { host: 'unknown', pid: 0, since: since.toISOString(), command: '' };
}

export function describeHolder({ host, pid, since, command }: LockHolder): string {
  if (pid === 0) return `somebody whose lock can't be read, since ${since}`;
  return `process ${pid} on ${host}, since ${since}${command === '' ? '' : `: ${command}`}`;
}

/** The error for whoever asks for a lock that `holder` has. */
export function heldBy(holder: LockHolder, file: string): MdcBridgeError {
  return new MdcBridgeError('conflict', `another run is at work here: ${describeHolder(holder)}`, {
    place: { file },
    remedy:
      'wait for its end (`mdc-bridge status DEST` shows how far it is), or end it, and run the same command again: ' +
      'a process that is gone holds the lock for a minute at most',
  });
}

/** Why a run that held a lock must stop; `holder` has it now, if anybody. */
export function lockLost(holder: LockHolder | undefined, file: string, cause?: unknown): MdcBridgeError {
  const gone = cause === undefined ? 'it is gone' : 'it could not be renewed';
  const who = holder === undefined ? gone : `it is held by ${describeHolder(holder)}`;
  return new MdcBridgeError('conflict', `this run has lost its lock, and stopped: ${who}`, {
    place: { file },
    cause,
    remedy:
      'what is done is kept: run the same command again, once no other run is at work; a process that stood still for ' +
      'a minute loses its lock',
  });
}

/** Known only of this machine's processes. */
export function hasEnded({ host, pid }: LockHolder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
