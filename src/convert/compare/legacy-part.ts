import { type ByteString, decodeText } from '../../csv/byte-string.js';
import { isSampled } from '../../event/sampling.js';
import type { OpenCall } from '../../mapping/call-window.js';
import type { CallPlace } from './call-record.js';
import type { LegacyTask } from './compare-task.js';
import type { RowsHash } from './rows-hash.js';
import { spanAt } from './stage-spans.js';

/** Up to 1,000 rows of a call: what one event must hold. */
export interface LegacyPart {
  readonly digest: RowsHash;
  readonly time: number;
  readonly offset: number;
  readonly header: number;
  readonly number: number;
  end: number;
  isRejected: boolean;
  isMisfit: boolean;
}

/** Rows of one file that one `collect()` wrote. */
export interface LegacyCall extends OpenCall {
  /** The correlation id, or the late call's `{id}.r{offset}`. */
  readonly base: string;
  part: LegacyPart | undefined;
}

/** `id`: as the SDK made it. */
export function placeOfPart(
  part: LegacyPart,
  id: string,
  { collection, file, stages }: Pick<LegacyTask, 'collection' | 'file' | 'stages'>,
): CallPlace {
  const { isOutside, rate } = spanAt(stages, part.time);
  return {
    collection,
    time: part.time,
    file,
    offset: part.offset,
    bytes: part.end - part.offset,
    line: part.header,
    part: part.number,
    isRejected: part.isRejected,
    isMisfit: part.isMisfit,
    isSampledOut: rate < 100 && !isSampled(decodeText(id as ByteString), rate),
    isOutsideDual: isOutside,
  };
}
