import type { FrozenParts, Output, SourceCounts, SourceResult } from './report.js';

/** What became of the last part of a source that is followed. */
export interface LastPart extends Pick<SourceResult, 'source' | 'size' | 'etag' | 'fingerprint'> {
  readonly counts: SourceCounts;
  readonly outputs: readonly Output[];
  /** See `FollowedSource`. */
  readonly seen: number;
  readonly grew: string;
}

/** The whole source: what is done for good of it, and its last part. */
export function withLastPart(frozen: FrozenParts, last: LastPart, decisions: string): SourceResult {
  const { source, size, etag, fingerprint, counts, outputs, seen, grew } = last;
  return {
    source,
    size,
    etag,
    fingerprint,
    ...addCounts(frozen.counts, counts),
    outputs: [...frozen.outputs, ...outputs],
    followed: { seen, grew, frozen, decisions },
  };
}

/** Only the counts of what is given. */
export function addCounts(a: SourceCounts, b: SourceCounts): SourceCounts {
  const rejected: Record<string, number> = { ...a.rejected };
  for (const [reason, rows] of Object.entries(b.rejected)) rejected[reason] = (rejected[reason] ?? 0) + rows;
  return {
    lines: a.lines + b.lines,
    exploded: a.exploded + b.exploded,
    rows: a.rows + b.rows,
    events: a.events + b.events,
    rejected,
    headers: a.headers + b.headers,
    blanks: a.blanks + b.blanks,
    outOfRange: a.outOfRange + b.outOfRange,
    late: a.late + b.late,
    lossy: a.lossy + b.lossy,
  };
}
