import type { Lock, StagedObject, Storage, StoredObject } from '../../src/storage/storage.js';

/** A destination that keeps nothing and says what was published. Run by Node as it is written. */
export class NullDestination implements Storage {
  readonly url = 'memory:///nowhere';
  readonly container = 'nowhere';
  readonly #onPublish: (name: string, bytes: number) => void;

  constructor(onPublish: (name: string, bytes: number) => void) {
    this.#onPublish = onPublish;
  }

  async *list(): AsyncGenerator<StoredObject, void, void> {}

  async stat(): Promise<undefined> {
    return undefined;
  }

  read(name: string): AsyncIterable<Uint8Array> {
    throw new Error(`nothing is kept, so ${name} can't be read`);
  }

  async stage(name: string): Promise<StagedObject> {
    let size = 0;
    return {
      name,
      append: async ({ length }) => {
        size += length;
      },
      rest: async () => undefined,
      publish: async () => this.#onPublish(name, size),
      discard: async () => undefined,
      release: async () => '',
    };
  }

  async publishParts(name: string): Promise<void> {
    this.#onPublish(name, 0);
  }

  async discardParts(): Promise<void> {}

  async append(): Promise<void> {}

  async remove(): Promise<void> {}

  async sweep(): Promise<void> {}

  async lock(): Promise<Lock> {
    return { lost: new AbortController().signal, release: async () => undefined };
  }

  async lockedBy(): Promise<undefined> {
    return undefined;
  }
}
