import type { FrozenParts, Output, SourceResult } from './report.js';
import { addCounts, type SourceCounts } from './source-counts.js';

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
