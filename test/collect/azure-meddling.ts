import {
  BlockBlobClient,
  newPipeline,
  type RequestPolicy,
  type RequestPolicyFactory,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { SharedBlob } from '../../src/collect/delivery/azure/shared-blob.js';
import { parseConnectionString } from '../../src/storage/azure/connection-string.js';
import type { RequestLimits } from '../../src/storage/azure/requests.js';
import { testRequests } from '../storage/azure/fakes.js';
import type { Azurite } from '../support/azurite.js';

/** What happens around a request; `send` lets it happen. */
export type Meddling = (send: () => Promise<unknown>) => Promise<unknown>;

/** By its name, the one before it, and its number. */
export type Choice = (word: string, before: string | undefined, number: number) => boolean;

/** A client's requests, named: `acquire`, `list`, `list staged`, `stage`, `commit`, `renew`, `release`. */
export class Meddler {
  /** What was asked so far, each try. */
  readonly asked: string[] = [];
  readonly #meets: Choice;
  readonly #meddling: Meddling;

  /** @param at which requests are meddled with: one by its number from 0, or those of a choice. */
  constructor(at: number | Choice = -1, meddling: Meddling = (send) => send()) {
    this.#meets = typeof at === 'number' ? (_, __, number) => number === at : at;
    this.#meddling = meddling;
  }

  /** Of a blob whose URL has no credential. */
  blob(url: string, { connectionString }: Azurite, limits: Partial<RequestLimits> = {}): SharedBlob {
    const { account, key = '' } = parseConnectionString(connectionString);
    const credential = new StorageSharedKeyCredential(account, key);
    const pipeline = newPipeline(credential, { retryOptions: { maxTries: 1 } });
    pipeline.factories.unshift(this.#factory());
    const requests = testRequests(limits);
    const settings = { requests, patienceMs: 20_000, maxBlocks: 45_000 };
    return new SharedBlob(new BlockBlobClient(url, pipeline), settings);
  }

  #factory(): RequestPolicyFactory {
    return {
      create: (next): RequestPolicy => ({
        sendRequest: async (request) => {
          const number = this.asked.length;
          const word = wordOf(request.method, request.url, request.headers.get('x-ms-lease-action'));
          const isMet = this.#meets(word, this.asked.at(-1), number);
          this.asked.push(word);
          let answer: Awaited<ReturnType<RequestPolicy['sendRequest']>> | undefined;
          const send = async (): Promise<unknown> => {
            answer = await next.sendRequest(request);
            return answer;
          };
          await (isMet ? this.#meddling(send) : send());
          if (answer === undefined) throw new Error('nothing was sent');
          return answer;
        },
      }),
    };
  }
}

function wordOf(method: string, url: string, action: string | undefined): string {
  const { searchParams } = new URL(url);
  const comp = searchParams.get('comp');
  if (comp === 'lease') return action ?? '';
  if (comp === 'blocklist' && method === 'PUT') return 'commit';
  if (comp === 'blocklist') return searchParams.get('blocklisttype') === 'all' ? 'list' : 'list staged';
  return comp === 'block' ? 'stage' : `${method} ${comp}`;
}
