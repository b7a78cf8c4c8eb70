import type { BlobClient } from '@azure/storage-blob';
import { bareEtag, quotedEtag } from './blob-listing.js';
import { ByteBudget } from './byte-budget.js';
import { codeOf, statusOf, TruncatedBody } from './request-failure.js';
import type { Requests } from './requests.js';

/** One request's range: large enough that its first byte's delay does not matter, small enough to be repeated. */
const RANGE_BYTES = 4 * 1024 * 1024;
/** Ranges under way while one is worked on. */
const AHEAD = 3;

export interface BlobRange {
  readonly start: number;
  /** One past the last byte; not beyond the blob's end. */
  readonly end: number;
  readonly etag: string;
}

/**
 * The bytes of a range of one content: requests under the condition of its etag, some of them ahead of the reader as far as the
 * budget allows. The first is always sent, so that no reader waits for another's budget.
 */
export async function* readBlob(
  blob: BlobClient,
  { start, end, etag }: BlobRange,
  requests: Requests,
  budget: ByteBudget,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  const stop = new AbortController();
  const signals = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const ahead: { readonly bytes: Promise<Buffer>; readonly lent: number }[] = [];
  let next = start;
  const send = (lent: number): void => {
    const count = Math.min(RANGE_BYTES, end - next);
    const at = next;
    next += count;
    const bytes = requests.send((abort) => download(blob, at, count, etag, abort), {
      signal: signals,
      bytes: count,
    });
    // Whoever awaits it hears of it; until then it is no unhandled rejection.
    bytes.catch(() => undefined);
    ahead.push({ bytes, lent });
  };
  try {
    while (next < end || ahead.length > 0) {
      if (ahead.length === 0) send(0);
      while (next < end && ahead.length <= AHEAD && budget.tryTake(RANGE_BYTES)) send(RANGE_BYTES);
      const { bytes, lent } = ahead.shift() as (typeof ahead)[number];
      try {
        yield await bytes;
      } finally {
        if (lent > 0) budget.give(lent);
      }
    }
  } finally {
    stop.abort();
    for (const { lent } of ahead) if (lent > 0) budget.give(lent);
  }
}

/** All bytes of a small range. */
export async function readSmall(blob: BlobClient, range: BlobRange, requests: Requests): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readBlob(blob, range, requests, new ByteBudget(0), undefined)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function download(
  blob: BlobClient,
  at: number,
  count: number,
  etag: string,
  abortSignal: AbortSignal,
): Promise<Buffer> {
  const conditions = { ifMatch: quotedEtag(etag) };
  const answer = await blob.download(at, count, { conditions, abortSignal, maxRetryRequests: 0 });
  const body = answer.readableStreamBody;
  const buffer = Buffer.allocUnsafeSlow(count);
  let filled = 0;
  try {
    for await (const chunk of body ?? []) {
      const bytes = chunk as Buffer;
      if (filled + bytes.length > count) throw new TruncatedBody(`more than the ${count} bytes asked for`);
      filled += bytes.copy(buffer, filled);
    }
  } catch (cause) {
    // The SDK has no code for a body that ends too soon, only a sentence.
    throw cause instanceof TruncatedBody
      ? cause
      : new TruncatedBody(`${filled} of ${count} bytes came`, { cause });
  }
  if (filled < count) throw new TruncatedBody(`${filled} of ${count} bytes came`);
  return buffer;
}

/** Size and etag of a blob; `undefined` if it is not there. */
export async function lookAt(
  blob: BlobClient,
  requests: Requests,
  signal?: AbortSignal,
): Promise<
  | {
      readonly size: number;
      readonly etag: string;
      readonly archived: boolean;
      readonly metadata: Readonly<Record<string, string>>;
    }
  | undefined
> {
  try {
    const found = await requests.send((abortSignal) => blob.getProperties({ abortSignal }), { signal });
    const { contentLength = 0, etag, accessTier, metadata = {} } = found;
    return { size: contentLength, etag: bareEtag(etag), archived: accessTier === 'Archive', metadata };
  } catch (error) {
    if (statusOf(error) === 404 && codeOf(error) !== 'ContainerNotFound') return undefined;
    throw error;
  }
}
