import { MdcBridgeError } from '../errors.js';
import type { Commits, Settle } from './commits.js';
import { readLogHeaders } from './log-headers.js';
import { Refusal } from './refusal.js';
import type { RequestHeaders } from './request-headers.js';
import type { ServedCollections } from './served-collections.js';

export interface LogHandlerOptions {
  /** As the configuration is now. */
  readonly collections: () => ServedCollections;
  readonly commits: Commits;
}

/** One `POST /modeldata/log`: its headers and body become rows that are kept, or a reason why they are not. */
export class LogHandler {
  readonly #options: LogHandlerOptions;

  constructor(options: LogHandlerOptions) {
    this.#options = options;
  }

  /** @param settle called once, when the rows are kept as was asked for, or are left out, or refused. */
  take(request: RequestHeaders, body: Uint8Array, settle: Settle): void {
    const { collections, commits } = this.#options;
    try {
      const headers = readLogHeaders(request, Date.now);
      const collection = collections().get(headers.collection);
      const accepted = collection.take(headers, collection.read(body));
      if (accepted === undefined) settle(undefined);
      else commits.add(accepted, settle);
    } catch (error) {
      settle(refusalOf(error));
    }
  }
}

/** What a layout can't have is the sender's to mend. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof MdcBridgeError) || error.code !== 'usage') throw error;
  return new Refusal(400, error.message, { remedy: error.remedy ?? 'send other rows' });
}
