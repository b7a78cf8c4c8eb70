import { StorageError } from '../../src/errors.js';
import type {
  ListedOddity,
  Lock,
  LockHolder,
  ReadRange,
  StagedObject,
  Storage,
  StoredObject,
} from '../../src/storage/storage.js';

export type Step = 'stage' | 'write' | 'publish' | 'append' | 'remove';

/** A storage that asks before each step that changes something; an error thrown there is what the disk would say. */
export class FailingStorage implements Storage {
  readonly #inner: Storage;
  readonly #ask: (step: Step, name: string, bytes: number) => void;

  constructor(inner: Storage, ask: (step: Step, name: string, bytes: number) => void) {
    this.#inner = inner;
    this.#ask = ask;
  }

  get url(): string {
    return this.#inner.url;
  }

  get container(): string {
    return this.#inner.container;
  }

  list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject | ListedOddity> {
    return this.#inner.list(prefix, signal);
  }

  async stat(name: string): Promise<StoredObject | undefined> {
    return await this.#inner.stat(name);
  }

  read(name: string, range?: ReadRange, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    return this.#inner.read(name, range, signal);
  }

  async stage(name: string): Promise<StagedObject> {
    this.#ask('stage', name, 0);
    const staged = await this.#inner.stage(name);
    return {
      name,
      append: async (bytes) => {
        this.#ask('write', name, bytes.length);
        await staged.append(bytes);
      },
      rest: () => staged.rest(),
      publish: async () => {
        this.#ask('publish', name, 0);
        await staged.publish();
      },
      discard: () => staged.discard(),
      release: () => staged.release(),
    };
  }

  async publishParts(name: string, tokens: readonly string[]): Promise<void> {
    this.#ask('publish', name, 0);
    await this.#inner.publishParts(name, tokens);
  }

  async discardParts(tokens: readonly string[]): Promise<void> {
    await this.#inner.discardParts(tokens);
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    this.#ask('append', name, bytes.length);
    await this.#inner.append(name, bytes);
  }

  async remove(name: string): Promise<void> {
    this.#ask('remove', name, 0);
    await this.#inner.remove(name);
  }

  async sweep(): Promise<void> {
    await this.#inner.sweep();
  }

  async lock(name: string, holder: LockHolder): Promise<Lock> {
    return await this.#inner.lock(name, holder);
  }

  async lockedBy(name: string): Promise<LockHolder | undefined> {
    return await this.#inner.lockedBy(name);
  }
}

/** Lets so many steps pass, then every further one finds the disk full. */
export function fullAfter(steps: number): (step: Step, name: string) => void {
  let left = steps;
  return (_, name) => {
    if (left === 0) throw new StorageError('ENOSPC', `can't write ${name}: the disk is full (ENOSPC)`);
    left -= 1;
  };
}
