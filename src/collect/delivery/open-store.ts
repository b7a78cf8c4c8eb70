import { MdcBridgeError } from '../../errors.js';
import { SpoolStore } from '../spool/spool.js';
import type { DeliveryOptions } from './delivery-options.js';
import { MemoryStore } from './memory-store.js';
import { OverflowStore } from './overflow-store.js';
import { type RowSink, spoolBatchBytes } from './row-sink.js';
import type { RowStore } from './row-store.js';

/** Where accepted rows wait, by the durability that was asked for. A folder's rows need no spool: they are written themselves. */
export function openStore(
  options: DeliveryOptions,
  sink: RowSink,
  maxBytes: number,
  onError: (error: Error) => void,
): RowStore {
  const { spoolFolder, maxSpoolBytes, whenFull = 'drop-new' } = options;
  const isLocal = sink.writeNow !== undefined;
  const durability = options.durability ?? (spoolFolder === undefined || isLocal ? 'memory' : 'spool');
  const needsSpool = whenFull === 'spool' || (durability === 'spool' && !isLocal);
  if (!needsSpool) return new MemoryStore(maxBytes);
  if (spoolFolder === undefined) throw noFolder(whenFull === 'spool' ? 'whenFull' : 'durability');
  const spool = new SpoolStore({
    folder: spoolFolder,
    url: sink.url,
    batchBytes: spoolBatchBytes(sink),
    maxUnwrittenBytes: maxBytes,
    ...(maxSpoolBytes === undefined ? {} : { maxSpoolBytes }),
    onError,
  });
  return durability === 'memory' ? new OverflowStore(new MemoryStore(maxBytes), spool) : spool;
}

function noFolder(option: string): MdcBridgeError {
  return new MdcBridgeError('usage', `${option}: 'spool' needs a spoolFolder`, {
    remedy: 'give a folder on a local disk that outlives the process',
  });
}
