import { MdcBridgeError, type SerializedError, serializeError, throwIfAborted } from '../../errors.js';
import type { RowSink } from '../delivery/row-sink.js';
import { SpoolStore } from './spool.js';
import { listSpool } from './spool-list.js';
import {
  addTallies,
  type SpoolDestination,
  type SpoolReport,
  type SpoolTally,
  tallyOf,
} from './spool-report.js';

export interface PushOptions {
  /** Where everything goes, whatever the files say. */
  readonly to?: string;
  /** Opens a destination: what the files say, or `to`. */
  readonly openSink: (url: string) => RowSink | Promise<RowSink>;
  readonly signal?: AbortSignal;
}

/** Batches in one call of the sink, which may have all of their bytes in memory. */
const AT_ONCE = 16;

/**
 * Sends what processes that have ended left in a spool folder, each batch under the id that it has had from its first row: one
 * that the destination has already is not written again. What is sent is removed; what is not stays, and the report says why.
 *
 * @throws MdcBridgeError `usage` if there is no such folder, `aborted`; StorageError of the folder itself
 */
export async function pushSpool(folder: string, options: PushOptions): Promise<SpoolReport> {
  const found = await listSpool(folder);
  await removeEmptyFiles(folder);
  const destinations: SpoolDestination[] = [];
  for (const destination of gathered(found.destinations, options.to)) {
    destinations.push(await pushTo(folder, destination, options));
  }
  return { ...found, action: 'push', destinations };
}

/** With one destination for all, what the files say means nothing. */
function gathered(
  destinations: readonly SpoolDestination[],
  to: string | undefined,
): readonly SpoolDestination[] {
  const [first, ...others] = destinations;
  if (to === undefined || first === undefined) return destinations;
  const sum = (all: SpoolDestination, one: SpoolDestination): SpoolDestination => ({
    ...all,
    files: all.files + one.files,
    left: addTallies(all.left, one.left),
  });
  return [{ ...others.reduce(sum, first), url: to }];
}

/** Of a destination that there is none of: only files that hold nothing are adopted. */
async function removeEmptyFiles(folder: string): Promise<void> {
  const store = new SpoolStore({ folder, url: '' });
  await store.adopt();
  await store.close();
}

async function pushTo(
  folder: string,
  destination: SpoolDestination,
  { to, openSink, signal }: PushOptions,
): Promise<SpoolDestination> {
  const { url } = destination;
  if (url === null) return { ...destination, failure: serializeError(noDestination(folder)) };
  let failure: SerializedError | undefined;
  const store = new SpoolStore({
    folder,
    url,
    adoptAny: to !== undefined,
    onError: (error) => {
      failure ??= serializeError(error);
    },
  });
  let sink: RowSink | undefined;
  try {
    await store.adopt();
    sink = await openSink(url);
    const outcome = await sendAll(store, sink, signal);
    return { ...destination, ...(failure === undefined ? {} : { failure }), ...outcome, left: store.left() };
  } catch (error) {
    throwIfAborted(signal);
    return { ...destination, left: store.left(), failure: serializeError(error) };
  } finally {
    await store.close();
    await sink?.close();
  }
}

type Outcome = Pick<SpoolDestination, 'sent' | 'failure'>;

/** Blob by blob; what one refuses keeps none of the others. */
async function sendAll(store: SpoolStore, sink: RowSink, signal: AbortSignal | undefined): Promise<Outcome> {
  let failure: SerializedError | undefined;
  let sent: SpoolTally = { blobs: 0, rows: 0, bytes: 0 };
  for (const target of store.waiting()) {
    try {
      const batches = store.seal(target.name);
      for (let from = 0; from < batches.length; from += AT_ONCE) {
        throwIfAborted(signal);
        const now = batches.slice(from, from + AT_ONCE);
        await sink.write(target, now, signal);
        store.done(target.name, now);
        sent = addTallies(sent, { ...tallyOf(now), blobs: from === 0 ? 1 : 0 });
      }
    } catch (error) {
      throwIfAborted(signal);
      failure ??= serializeError(error);
    }
  }
  return { sent, ...(failure === undefined ? {} : { failure }) };
}

function noDestination(folder: string): MdcBridgeError {
  return new MdcBridgeError('usage', "some files don't tell any more where their rows go", {
    place: { file: folder },
    remedy: 'name the container, or the folder: --to URL',
  });
}
