import { createHash } from 'node:crypto';
import { StorageError, throwIfAborted } from '../errors.js';
import { heldBy } from './lock-holder.js';
import {
  changedError,
  type Lock,
  type LockHolder,
  type ReadRange,
  type StagedObject,
  type Storage,
  type StoredObject,
} from './storage.js';

/** Objects in this process's memory: for tests and for programs that embed the library. */
export class MemoryStorage implements Storage {
  readonly url: string;
  readonly container: string;
  readonly #objects = new Map<string, Buffer>();
  /** By their tokens. */
  readonly #released = new Map<string, Buffer>();
  readonly #locks = new Map<string, { readonly holder: LockHolder }>();
  #tokens = 0;

  constructor(container = 'memory') {
    this.container = container;
    this.url = `memory:///${container}`;
  }

  /** Puts an object there at once. */
  put(name: string, content: string | Uint8Array): void {
    this.#objects.set(name, Buffer.from(content as Uint8Array));
  }

  /** The content, or `undefined` if absent. */
  get(name: string): Buffer | undefined {
    return this.#objects.get(name);
  }

  async *list(
    prefix: string,
    signal?: AbortSignal,
    wanted: (folder: string) => boolean = () => true,
  ): AsyncGenerator<StoredObject, void, void> {
    const refused = new Map<string, boolean>();
    const isRefused = (folder: string): boolean => {
      const known = refused.get(folder) ?? !wanted(folder);
      refused.set(folder, known);
      return known;
    };
    const names = [...this.#objects.keys()].filter(
      (name) => name.startsWith(prefix) && !foldersOf(name, prefix.length).some(isRefused),
    );
    names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const name of names) {
      throwIfAborted(signal);
      const object = await this.stat(name);
      if (object !== undefined) yield object;
    }
  }

  async stat(name: string): Promise<StoredObject | undefined> {
    const content = this.#objects.get(name);
    if (content === undefined) return undefined;
    return {
      name,
      size: content.length,
      etag: createHash('sha256').update(content).digest('hex').slice(0, 16),
    };
  }

  async *read(
    name: string,
    range: ReadRange = {},
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, void> {
    throwIfAborted(signal);
    const content = this.#objects.get(name);
    if (range.etag !== undefined && range.etag !== (await this.stat(name))?.etag) {
      throw changedError(name);
    }
    if (content === undefined)
      throw new StorageError('ENOENT', `can't read ${name}: it is not there (ENOENT)`);
    const part = content.subarray(range.start ?? 0, range.end);
    if (part.length > 0) yield part;
  }

  async stage(name: string): Promise<StagedObject> {
    const chunks: Buffer[] = [];
    return {
      name,
      append: async (bytes) => void chunks.push(Buffer.from(bytes)),
      rest: async () => undefined,
      publish: async () => void this.#objects.set(name, Buffer.concat(chunks)),
      discard: async () => void chunks.splice(0),
      release: async () => {
        this.#tokens += 1;
        const token = String(this.#tokens);
        this.#released.set(token, Buffer.concat(chunks.splice(0)));
        return token;
      },
    };
  }

  async publishParts(name: string, tokens: readonly string[]): Promise<void> {
    const parts = tokens.map((token) => {
      const part = this.#released.get(token);
      if (part === undefined) throw new StorageError('ENOENT', `can't publish ${name}: a part of it is gone`);
      return part;
    });
    this.#objects.set(name, Buffer.concat(parts));
    await this.discardParts(tokens);
  }

  async discardParts(tokens: readonly string[]): Promise<void> {
    for (const token of tokens) this.#released.delete(token);
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    this.#objects.set(name, Buffer.concat([this.#objects.get(name) ?? Buffer.alloc(0), bytes]));
  }

  async remove(name: string): Promise<void> {
    this.#objects.delete(name);
  }

  async sweep(): Promise<void> {
    this.#released.clear();
  }

  /** Never lost: its holder is this process. */
  async lock(name: string, holder: LockHolder): Promise<Lock> {
    const before = this.#locks.get(name);
    if (before !== undefined) throw heldBy(before.holder, `${this.url}/${name}`);
    const held = { holder };
    this.#locks.set(name, held);
    return {
      lost: new AbortController().signal,
      release: async () => {
        if (this.#locks.get(name) === held) this.#locks.delete(name);
      },
    };
  }

  async lockedBy(name: string): Promise<LockHolder | undefined> {
    return this.#locks.get(name)?.holder;
  }
}

/** `a/` and `a/b/` of `a/b/c`; those that begin behind `from`. */
function foldersOf(name: string, from: number): string[] {
  const folders: string[] = [];
  for (let at = name.indexOf('/', from); at >= 0; at = name.indexOf('/', at + 1))
    folders.push(name.slice(0, at + 1));
  return folders;
}
