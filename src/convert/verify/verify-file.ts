import { createHash } from 'node:crypto';
import { parseRows } from '../../csv/parse-rows.js';
import { throwIfAborted } from '../../errors.js';
import { formatCollectionPath, parseEventPath } from '../../event/event-path.js';
import type { Storage, StoredObject } from '../../storage/storage.js';
import { AuditEvents } from './audit-events.js';
import { AuditLive } from './audit-live.js';
import { AuditRejects } from './audit-rejects.js';
import { AuditRows } from './audit-rows.js';
import { BorrowedPlaces } from './borrowed-places.js';
import type { UniqueNames } from './duplicate-ids.js';
import { Findings } from './findings.js';
import { HourFiles } from './hour-files.js';
import { LivePool } from './live-pool.js';
import { MissingFiles } from './missing-files.js';
import { PlaceRows } from './place-rows.js';
import { RejectsFile } from './rejects-file.js';
import type { Finding, VerifiedFile } from './report.js';
import { SourceLines } from './source-lines.js';
import { reportUnclaimedEvents, reportUnclaimedRejects } from './unclaimed.js';
import type { VerifyTask } from './verify-task.js';

export interface VerifyFileContext {
  readonly source: Storage;
  readonly destination: Storage;
  /** Where names that must be unique over the tree are collected. */
  readonly names?: UniqueNames;
  readonly signal?: AbortSignal;
  readonly onChunk?: (bytes: number, rows: number) => void;
}

export interface FileVerification {
  readonly file: VerifiedFile;
  /** Up to the task's `maxFindings`. */
  readonly findings: readonly Finding[];
}

/**
 * One source against its events and rejects: a merge of both sides in the order of the source's rows.
 *
 * Memory does not grow with the file: one chunk of the source and its rows; of each open call (at most 4,096 and 32 MiB of
 * source) the one event that its rows are being compared with; one read of at most 1 MiB for each of 48 hour files; and only
 * where something is wrong up to 32 MiB of events and 64 MiB of rejects looked through ahead, and the rows of an event that
 * differ (at most 1,000 in a good tree). Near live collection's files also where the calls of 4 of its hours stand, the live rows of open
 * calls, and a number for each different row of the day without a correlation. Findings stop at `maxFindings`.
 */
export async function verifyFile(task: VerifyTask, context: VerifyFileContext): Promise<FileVerification> {
  const { source, destination, signal } = context;
  const findings = new Findings(task.maxFindings);
  const rejectsFiles = await openRejects(task, context);
  const missing = new MissingFiles();
  const rejects = new AuditRejects(task, { files: rejectsFiles, findings, missing });
  const hours = new HourFiles(destination, task.outputs, signal);
  const collections = task.outputs.map((output) => collectionOf(output, task));
  const events = new AuditEvents(task, destination, (event, place) => {
    const { id, correlationid, source: deployment } = event.values;
    const collection = collections[place.output] ?? '';
    context.names?.add(String(deployment), String(id), { ...place, file: task.index });
    context.names?.add(collection, String(correlationid), { ...place, file: task.index });
  });
  const live = task.live && new AuditLive(destination, task.live, signal);
  const rows = new AuditRows(task, { hours, events, rejects, findings, missing, live });
  const placed = new PlaceRows(task);
  const counts = { lines: 0, headers: 0, blanks: 0 };
  const sha256 = createHash('sha256');
  const lines = new SourceLines(task.header);
  const borrowed = task.lenders === undefined ? undefined : new BorrowedPlaces(task.lenders, source, signal);
  const borrow = borrowed === undefined ? undefined : () => borrowed.take();
  try {
    for await (const batch of parseRows(readSource())) {
      counts.lines += batch.length;
      const read = batch.map((row) => lines.read(row));
      if (task.live !== undefined && read.some(isUncorrelated)) {
        placed.live ??= await LivePool.open(task, task.live, { source, destination, signal });
      }
      if (borrowed !== undefined) await borrowed.prepare(placed.mayBorrow(read));
      for (const line of read) {
        if (line === 'blank') counts.blanks += 1;
        else if (line === 'header') counts.headers += 1;
        else {
          let isFirst = true;
          for (const placement of placed.place(line, borrow)) {
            const waiting = rows.add(line.row, placement, isFirst);
            if (waiting !== undefined) await waiting;
            isFirst = false;
          }
        }
      }
      for (const event of placed.takeEnded()) rows.end(event);
      context.onChunk?.(0, batch.length);
    }
  } finally {
    await borrowed?.close();
  }
  placed.end();
  for (const event of placed.takeEnded()) rows.end(event);
  for (const finding of live?.joined.findings(task.source) ?? []) findings.add(finding);
  const isNothingThere = task.outputs.length === 0 && rejectsFiles.size === 0;
  for (const { finding, keys } of missing.findings(task.source, isNothingThere)) findings.add(finding, keys);
  const extra = await reportUnclaimedEvents(task, { hours, events, findings, signal });
  const outputs = [...extra.outputs, ...events.datarefs];
  for (const file of rejectsFiles.values()) outputs.push(await reportUnclaimedRejects(task, file, findings));
  const file = account(task, {
    ...counts,
    exploded: placed.exploded,
    ...rows.counts,
    lost: rows.counts.lost + rejects.lost,
    extra: rows.counts.extra + extra.rows,
    rejected: rejects.rejected,
    outputs,
    sha256: sha256.digest('hex'),
    findings: findings.count,
  });
  return { file, findings: findings.list() };

  async function* readSource(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of source.read(task.object, { end: task.size }, signal)) {
      throwIfAborted(signal);
      sha256.update(chunk);
      context.onChunk?.(chunk.length, 0);
      yield chunk;
    }
  }
}

/** The rejects of each part of the source that has some, by name. */
async function openRejects(
  { parts }: VerifyTask,
  { destination, signal }: VerifyFileContext,
): Promise<ReadonlyMap<string, RejectsFile>> {
  const files = new Map<string, RejectsFile>();
  for (const { rejects } of parts) {
    const found = await destination.stat(rejects);
    if (found !== undefined) files.set(rejects, new RejectsFile(destination, found, signal));
  }
  return files;
}

function isUncorrelated(line: ReturnType<SourceLines['read']>): boolean {
  return typeof line !== 'string' && (line.correlation?.id ?? '') === '';
}

/** Where an event stands is where a consumer finds it, wherever it should be. */
function collectionOf({ name }: StoredObject, { path }: VerifyTask): string {
  return formatCollectionPath(parseEventPath(name) ?? path);
}

/** The auditor's own account of the file, and whether it balances. */
function account(
  { source, size }: VerifyTask,
  counts: Omit<VerifiedFile, 'source' | 'size' | 'rowsOut' | 'balanced'>,
): VerifiedFile {
  const { lines, exploded, headers, blanks, outOfRange, existing } = counts;
  const rowsOut = counts.same + counts.different + counts.extra;
  const rejected = Object.values(counts.rejected).reduce((sum, n) => sum + n, 0);
  const balanced = lines + exploded === rowsOut + rejected + headers + blanks + outOfRange + existing;
  return { source, size, ...counts, rowsOut, balanced };
}
