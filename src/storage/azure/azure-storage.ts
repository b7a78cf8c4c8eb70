import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { MdcBridgeError, StorageError, throwIfAborted } from '../../errors.js';
import { accountEndpoint } from '../blob-host.js';
import type {
  ListedOddity,
  Lock,
  LockHolder,
  ReadRange,
  StagedObject,
  Storage,
  StorageAccess,
  StoredObject,
} from '../storage.js';
import { changedError } from '../storage.js';
import { AppendedBlob } from './appended-blob.js';
import { azureFailure, type BlobPlace } from './azure-failure.js';
import { listBlobs } from './blob-listing.js';
import { blobLockHolder, takeBlobLock } from './blob-lock.js';
import { type BlobRange, lookAt, readBlob } from './blob-reader.js';
import { ByteBudget } from './byte-budget.js';
import { statusOf } from './request-failure.js';
import type { Requests } from './requests.js';
import { type BlobWriting, blocksOf, commit, newMark, StagedBlob } from './staged-blob.js';

export interface AzureStorageSettings {
  /** Without credentials, without a slash at its end. */
  readonly url: string;
  readonly access: StorageAccess;
  /** Stands before every name: `''`, or ends with `/`. */
  readonly prefix: string;
  readonly place: BlobPlace;
  readonly requests: Requests;
  /** Half of it for what is read ahead, half for blocks on their way. */
  readonly bytesInFlight: number;
  /** A lock is renewed so often, in milliseconds. */
  readonly beatMs?: number;
}

/** A container of blobs, or a folder in one. Publishing is one request, so a reader never sees half of a blob. */
export class AzureStorage implements Storage {
  readonly url: string;
  readonly container: string;
  readonly access: StorageAccess;
  readonly #client: ContainerClient;
  readonly #settings: AzureStorageSettings;
  readonly #reading: ByteBudget;
  readonly #writing: BlobWriting;
  readonly #appended = new Map<string, AppendedBlob>();
  /** Tokens of contents that this storage gave out and nobody published. */
  readonly #released = new Set<string>();
  readonly #void = new Set<string>();

  constructor(client: ContainerClient, settings: AzureStorageSettings) {
    const { url, place, requests, bytesInFlight } = settings;
    this.url = url;
    this.container = place.container;
    this.access = settings.access;
    this.#client = client;
    this.#settings = settings;
    this.#reading = new ByteBudget(bytesInFlight / 2);
    this.#writing = {
      requests,
      budget: new ByteBudget(bytesInFlight / 2),
      failure: (verb, name, error) => this.#failure(verb, name, error, true),
      released: (token) => void this.#released.add(token),
    };
  }

  heed(signal: AbortSignal | undefined): void {
    this.#settings.requests.heed(signal);
  }

  async *list(
    prefix: string,
    signal?: AbortSignal,
    wanted?: (folder: string) => boolean,
  ): AsyncGenerator<StoredObject | ListedOddity, void, void> {
    throwIfAborted(signal);
    const { prefix: root, requests } = this.#settings;
    const send = async <T>(act: (abort: AbortSignal) => Promise<T>): Promise<T> => {
      try {
        return await requests.send(act, { signal });
      } catch (error) {
        throwIfAborted(signal);
        throw this.#failure('list', prefix === '' ? 'its blobs' : prefix, error, false);
      }
    };
    const within = wanted && ((folder: string): boolean => wanted(folder.slice(root.length)));
    for await (const blob of listBlobs(this.#client, root + prefix, send, within)) {
      throwIfAborted(signal);
      yield { ...blob, name: blob.name.slice(root.length) };
    }
  }

  async stat(name: string): Promise<StoredObject | undefined> {
    try {
      const there = await lookAt(this.#blob(name), this.#settings.requests);
      if (there === undefined || there.metadata['hdi_isfolder'] === 'true') return undefined;
      const { size, etag, archived } = there;
      return { name, size, etag, ...(archived ? { archived } : {}) };
    } catch (error) {
      throw this.#failure('look at', name, error, false);
    }
  }

  async *read(
    name: string,
    range: ReadRange = {},
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, void> {
    throwIfAborted(signal);
    try {
      const known = await this.#rangeOf(name, range);
      yield* readBlob(this.#blob(name), known, this.#settings.requests, this.#reading, signal);
    } catch (error) {
      throwIfAborted(signal);
      // The blob is gone: for a reader of one content it has changed.
      const status = statusOf(error);
      if (range.etag !== undefined && status === 404) throw changedError(name, this.#urlOf(name));
      throw this.#failure('read', name, error, false);
    }
  }

  async stage(name: string): Promise<StagedObject> {
    // What is appended later, is so to the content that is staged now.
    this.#appended.delete(name);
    return new StagedBlob(name, this.#blob(name), this.#writing);
  }

  async publishParts(name: string, tokens: readonly string[]): Promise<void> {
    const ids = tokens.some((token) => this.#void.has(token)) ? undefined : blocksOf(tokens);
    if (ids === undefined) throw new StorageError('ENOENT', `can't publish ${name}: a part of it is gone`);
    try {
      await commit(this.#blob(name), ids, newMark(), this.#writing);
    } catch (error) {
      throw this.#failure('publish', name, error, true);
    }
    await this.discardParts(tokens);
  }

  /** The service forgets blocks that nobody made a blob of within a week. */
  async discardParts(tokens: readonly string[]): Promise<void> {
    for (const token of tokens) {
      this.#released.delete(token);
      this.#void.add(token);
    }
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    const { requests } = this.#settings;
    const blob = this.#appended.get(name) ?? new AppendedBlob(this.#blob(name), requests);
    this.#appended.set(name, blob);
    try {
      await blob.append(bytes);
    } catch (error) {
      this.#appended.delete(name);
      throw this.#failure('append to', name, error, true);
    }
  }

  async remove(name: string): Promise<void> {
    try {
      this.#appended.delete(name);
      const blob = this.#blob(name);
      await this.#settings.requests.send((abortSignal) =>
        blob.deleteIfExists({ deleteSnapshots: 'include', abortSignal }),
      );
    } catch (error) {
      throw this.#failure('remove', name, error, true);
    }
  }

  async lock(name: string, holder: LockHolder): Promise<Lock> {
    const { requests, beatMs, place } = this.#settings;
    if (accountEndpoint(place.endpoint).isReadOnly) throw readOnly(this.url);
    try {
      return await takeBlobLock(this.#blob(name), this.#urlOf(name), holder, requests, beatMs);
    } catch (error) {
      throw error instanceof MdcBridgeError ? error : this.#failure('lock', name, error, true);
    }
  }

  async lockedBy(name: string): Promise<LockHolder | undefined> {
    try {
      return await blobLockHolder(this.#blob(name), this.#settings.requests);
    } catch (error) {
      throw this.#failure('look at', name, error, false);
    }
  }

  async sweep(): Promise<void> {
    await this.discardParts([...this.#released]);
  }

  /** What a range says nothing about, the blob does. */
  async #rangeOf(name: string, { start = 0, end, etag }: ReadRange): Promise<BlobRange> {
    if (etag !== undefined && end !== undefined && start < end) return { start, end, etag };
    const there = await this.stat(name);
    if (etag !== undefined && there?.etag !== etag) throw changedError(name, this.#urlOf(name));
    if (there === undefined)
      throw new StorageError('ENOENT', `can't read ${name}: it is not there (ENOENT)`, {
        place: { file: this.#urlOf(name) },
      });
    return { start, end: Math.min(end ?? there.size, there.size), etag: there.etag };
  }

  #failure(verb: string, name: string, error: unknown, writes: boolean): StorageError {
    const url = verb === 'list' ? this.url : this.#urlOf(name);
    return azureFailure(error, { verb, name, url, writes }, this.#settings.place);
  }

  #blob(name: string): BlockBlobClient {
    return this.#client.getBlockBlobClient(this.#full(name));
  }

  #full(name: string): string {
    return this.#settings.prefix + name;
  }

  #urlOf(name: string): string {
    return `${this.url}/${name}`;
  }
}

/** Whoever writes takes a lock first. */
function readOnly(url: string): StorageError {
  return new StorageError(
    'EROFS',
    "can't write: this is the account's copy in another region, which can only be read",
    {
      place: { file: url },
      remedy: 'give DEST without -secondary behind the name of the account',
    },
  );
}
