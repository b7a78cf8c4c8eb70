import { readWhole, type Storage, writeWhole } from '../storage/storage.js';
import type { Progress } from './run-options.js';
import { migrationFolder } from './source.js';

/** How far a run is that is under way. */
export interface RunProgress extends Omit<Progress, 'phase'> {
  /** Sources begun and not done. */
  readonly inHand: number;
}

/** Often enough for a person who looks, and nothing beside what a run writes; a run shorter than this leaves none. */
const EVERY_MS = 3000;

/** What a run tells other processes while it is under way: an object beside its journal, which goes when the run ends. */
export class ProgressNote {
  readonly #storage: Storage;
  readonly #sourceId: string;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(storage: Storage, sourceId: string) {
    this.#storage = storage;
    this.#sourceId = sourceId;
  }

  /** What a run has told, if anything that can be read. It may be of a run that was killed. */
  static async read(storage: Storage, sourceId: string): Promise<RunProgress | undefined> {
    const text = (await readWhole(storage, nameOf(sourceId)))?.toString('utf8') ?? '';
    try {
      const note = JSON.parse(text) as Partial<RunProgress>;
      const { filesDone, filesTotal, rows, bytesDone, bytesTotal, seconds, inHand } = note;
      const numbers = { filesDone, filesTotal, rows, bytesDone, bytesTotal, seconds, inHand };
      const isWhole = Object.values(numbers).every((value) => Number.isFinite(value));
      return isWhole ? (numbers as RunProgress) : undefined;
    } catch {
      return undefined;
    }
  }

  start(progress: () => RunProgress): void {
    this.#timer = setInterval(() => {
      this.#writing ??= this.#write(progress()).finally(() => {
        this.#writing = undefined;
      });
    }, EVERY_MS).unref();
  }

  /** Takes the note away, also one that a killed run has left. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.#storage.remove(nameOf(this.#sourceId)).catch(() => undefined);
  }

  /** A run does not fail for want of an onlooker; what keeps this from being written, its events will meet too. */
  async #write(progress: RunProgress): Promise<void> {
    const content = `${JSON.stringify(progress)}\n`;
    await writeWhole(this.#storage, nameOf(this.#sourceId), content).catch(() => undefined);
  }
}

function nameOf(sourceId: string): string {
  return `${migrationFolder(sourceId)}/progress.json`;
}
