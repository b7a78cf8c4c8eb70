import type { Storage } from '../storage/storage.js';
import { checkBalance } from './convert-file.js';
import type { ConvertTask } from './convert-task.js';
import { combineCrc32 } from './crc32.js';
import { inLanes } from './lanes.js';
import { PUBLISHED_AT_ONCE, type StagedPart } from './output-files.js';
import type { Output, SourceResult } from './report.js';
import { addCounts, type SourceCounts } from './source-counts.js';

/** A part of a source between two of its splits: whole events, which no other part has rows of. */
export interface Segment {
  readonly start: number;
  /** One past its last byte. */
  readonly end: number;
  /** Data rows before it. */
  readonly ordinal: number;
}

/** `irregular`: the kernel does not take the file, so none of its segments count. */
export type SegmentResult =
  | 'irregular'
  | { readonly counts: SourceCounts; readonly parts: readonly StagedPart[] };

/** Cuts a source into at most so many parts of about one size; one part if it can't be cut. */
export function makeSegments({ size, splits = [] }: ConvertTask, count: number): Segment[] {
  const cuts = [{ offset: 0, ordinal: 0 }];
  for (let n = 1; n < count; n += 1) {
    const aim = (size * n) / count;
    const last = cuts.at(-1)?.offset ?? 0;
    const nearest = splits
      .filter(({ offset }) => offset > last)
      .toSorted((a, b) => Math.abs(a.offset - aim) - Math.abs(b.offset - aim))[0];
    // Nearer to another aim: it is that one's.
    if (nearest !== undefined && Math.abs(nearest.offset - aim) * 2 <= size / count) cuts.push(nearest);
  }
  return cuts.map(({ offset, ordinal }, i) => ({ start: offset, end: cuts[i + 1]?.offset ?? size, ordinal }));
}

/**
 * Makes the files of all segments visible, each hour's parts joined in order, as if the source had been converted in one piece.
 * `undefined`: a segment is irregular, and nothing is left of the others.
 */
export async function joinSegments(
  task: ConvertTask,
  results: readonly SegmentResult[],
  destination: Storage,
): Promise<SourceResult | undefined> {
  const regular = results.filter((result) => result !== 'irregular');
  if (regular.length < results.length) {
    await discardSegments(regular, destination);
    return undefined;
  }
  const files = new Map<string, StagedPart[]>();
  for (const part of regular.flatMap(({ parts }) => parts)) {
    files.set(part.name, [...(files.get(part.name) ?? []), part]);
  }
  try {
    const counts = addCounts(...regular.map((result) => result.counts));
    const { source, size, etag, fingerprint } = task;
    checkBalance(source, counts);
    const outputs = [...files];
    await inLanes(PUBLISHED_AT_ONCE, outputs, ([name, parts]) =>
      destination.publishParts(
        name,
        parts.map(({ token }) => token),
      ),
    );
    return {
      source,
      size,
      etag,
      fingerprint,
      ...counts,
      outputs: outputs.map(([name, parts]) => describe(name, parts)),
    };
  } catch (error) {
    await discardSegments(regular, destination);
    throw error;
  }
}

function describe(name: string, parts: readonly StagedPart[]): Output {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const crc = parts.reduce((before, part) => combineCrc32(before, part.crc, part.size), 0);
  return { name, size, crc32: crc.toString(16).padStart(8, '0') };
}

/** Forgets what segments have written. */
export async function discardSegments(
  results: readonly SegmentResult[],
  destination: Storage,
): Promise<void> {
  for (const result of results) {
    if (result !== 'irregular') await destination.discardParts(result.parts.map(({ token }) => token));
  }
}
