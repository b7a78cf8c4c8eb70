import type { ContainerClient } from '@azure/storage-blob';
import { throwIfAborted } from '../../../errors.js';
import type { BlobPlace } from '../../../storage/azure/azure-failure.js';
import { openContainer } from '../../../storage/azure/open-container.js';
import { Requests } from '../../../storage/azure/requests.js';
import { type BlobAddress, formatBlobAddress } from '../../../storage/blob-address.js';
import type { StorageSettings } from '../../../storage/storage-options.js';
import type { Batch, BlobTarget } from '../batch.js';
import type { RowSink, Written } from '../row-sink.js';
import { appendFailure } from './azure-failure.js';
import { SharedBlob } from './shared-blob.js';

/** A block that takes longer is tried anew. */
const TRY_MS = 60_000;
/** Of the 50,000 that the service allows: the rest is for writers that go on after us. */
const MAX_BLOCKS = 45_000;
/** Blobs whose blocks are remembered, up to 5 MB each. Of one that is forgotten they are listed again. */
const MAX_BLOBS = 32;
/** Blobs of which it is remembered how far they have gone on. */
const MAX_TARGETS = 1000;

export interface AzureSinkOptions extends Omit<StorageSettings, 'datastores' | 'bytesInFlight'> {
  /** Connection strings, in the order in which they are tried. */
  readonly connections: readonly string[];
  /** Blocks of a blob after which its continuation is written. */
  readonly maxBlocks?: number;
  /** In milliseconds. */
  readonly tryMs?: number;
}

/**
 * A container, or a folder in one. Nothing is opened, sent or loaded before the first write, and what fails then is tried anew by the
 * next.
 */
export class AzureSink implements RowSink {
  readonly url: string;
  readonly #address: BlobAddress;
  readonly #options: AzureSinkOptions;
  readonly #requests: Requests;
  #container: Promise<OpenContainer> | undefined;
  readonly #blobs = new Map<string, SharedBlob>();
  /** Target → which of its continuations took the last rows; 0 is itself. */
  readonly #parts = new Map<string, number>();

  constructor(address: BlobAddress, options: AzureSinkOptions) {
    const { concurrency, maxMbps, retrySeconds, tryMs = TRY_MS } = options;
    this.url = formatBlobAddress(address);
    this.#address = address;
    this.#options = options;
    this.#requests = new Requests({ concurrency, maxMbps, retrySeconds, tryMs });
  }

  /** One call at a time for a target, and what a failed one was given is given to the next. */
  async write(target: BlobTarget, batches: readonly Batch[], signal?: AbortSignal): Promise<Written> {
    throwIfAborted(signal);
    if (batches.length === 0) return { name: target.name };
    const container = await this.#open();
    let name = target.name;
    try {
      let left = batches;
      // A full one first: it may have what an earlier call, which failed, has begun.
      for (let part = this.#parts.get(target.name) ?? 0; ; part += 1) {
        name = continuation(target.name, part);
        const blob = this.#blob(container, name);
        const appended = await blob.append(target.header, left, signal);
        left = appended.left;
        if (left.length > 0) continue;
        remember(this.#parts, target.name, part, MAX_TARGETS);
        return { name, blocks: appended.blocks };
      }
    } catch (error) {
      throwIfAborted(signal);
      throw appendFailure(error, name, `${this.url}/${name}`, container.place);
    }
  }

  async close(): Promise<void> {}

  #blob({ client }: OpenContainer, name: string): SharedBlob {
    const { retrySeconds, maxBlocks = MAX_BLOCKS } = this.#options;
    const known = this.#blobs.get(name);
    const blob =
      known ??
      new SharedBlob(client.getBlockBlobClient(this.#address.prefix + name), {
        requests: this.#requests,
        patienceMs: retrySeconds * 1000,
        maxBlocks,
      });
    remember(this.#blobs, name, blob, MAX_BLOBS);
    return blob;
  }

  async #open(): Promise<OpenContainer> {
    const { endpoint, container } = this.#address;
    this.#container ??= openContainer(this.#address, this.#options.connections).then(
      ({ client, credential }) => ({ client, place: { endpoint, container, credential } }),
    );
    try {
      return await this.#container;
    } catch (error) {
      this.#container = undefined;
      throw error;
    }
  }
}

interface OpenContainer {
  readonly client: ContainerClient;
  readonly place: BlobPlace;
}

/** `data.csv`, `data-1.csv`, `data-2.csv`. */
function continuation(name: string, part: number): string {
  return part === 0 ? name : name.replace(/(?:\.(?:csv|jsonl))?$/, (suffix) => `-${part}${suffix}`);
}

/** As the latest; the one that was used longest ago makes room. */
function remember<T>(map: Map<string, T>, name: string, value: T, most: number): void {
  map.delete(name);
  map.set(name, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
