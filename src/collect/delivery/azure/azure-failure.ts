import { MdcBridgeError, StorageError } from '../../../errors.js';
import { azureFailure, type BlobPlace } from '../../../storage/azure/azure-failure.js';
import { ForeignContent, isLeased, VanishedBlocks } from './blob-trouble.js';

const KEPT = 'the rows are kept and tried again; see to it before the buffer is full';
const ASIDE = 'move that blob aside, or name another collection; the rows are kept and tried again';
const BREAK =
  'the rows are kept and tried again; if it goes on, break the lease (az storage blob lease break)';
const WITHOUT_LEASE =
  'find the program that writes this blob without taking its lease; the rows are kept and tried again';

/** Those of `azureFailure` that send people to the command line, in a service's words. */
const REMEDIES: Readonly<Record<string, string>> = {
  EKIND: ASIDE,
  EIMMUTABLE: 'collect into a container without such a policy; the rows are kept and tried again',
  EARCHIVED: `rehydrate it (az storage blob set-tier --tier Hot), or ${ASIDE}`,
  ELEASED: BREAK,
};
/** Those whose remedy says what is to be changed. */
const PLAIN: ReadonlySet<string> = new Set(['EACCES', 'ENOCONTAINER', 'ENOTFOUND']);

/** Why rows could not be appended to a blob, for people. The SDK's own error may hold a SAS and is not kept. */
export function appendFailure(error: unknown, name: string, url: string, place: BlobPlace): MdcBridgeError {
  if (error instanceof MdcBridgeError) return error;
  const refused = (reason: string, why: string, remedy: string): StorageError =>
    new StorageError(reason, `can't append to ${name}: ${why}`, { place: { file: url }, remedy });
  if (error instanceof ForeignContent) {
    return refused('EKIND', 'its content was uploaded in one piece and would be replaced', ASIDE);
  }
  if (isLeased(error)) return refused('ELEASED', 'somebody keeps the lease on it', BREAK);
  if (error instanceof VanishedBlocks) {
    return refused('ECHANGED', 'blocks are gone as soon as they are committed', WITHOUT_LEASE);
  }
  const { reason, message, remedy } = azureFailure(
    error,
    { verb: 'append to', name, url, writes: true },
    place,
  );
  const own = PLAIN.has(reason) && remedy !== undefined ? remedy : (REMEDIES[reason] ?? KEPT);
  return new StorageError(reason, message, { place: { file: url }, remedy: own });
}
