import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PackedList } from '../packed-list.js';
import { BlocksOnDisk } from './blocks-on-disk.js';

/** A plan's temporary folder: what is known of every source, which is too much for memory, and who looks for whose calls. */
export class Scratch {
  readonly #folder: string;
  readonly #blocks: BlocksOnDisk[] = [];
  #folders = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<Scratch> {
    return new Scratch(await mkdtemp(join(tmpdir(), 'mdc-bridge-plan-')));
  }

  /** An empty one; readable until the scratch is closed. */
  list<T>(): PackedList<T> {
    const blocks = new BlocksOnDisk(join(this.#folder, `list-${this.#blocks.length}`));
    this.#blocks.push(blocks);
    return new PackedList<T>(blocks);
  }

  /** An empty one inside. */
  folder(): string {
    const folder = join(this.#folder, String(this.#folders));
    this.#folders += 1;
    mkdirSync(folder);
    return folder;
  }

  async close(): Promise<void> {
    for (const blocks of this.#blocks) blocks.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
