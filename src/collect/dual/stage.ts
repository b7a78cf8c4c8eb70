import { readFileSync, statSync } from 'node:fs';
import { MdcBridgeError } from '../../errors.js';
import { STAGES, type Stage } from '../../event/stage-line.js';
import type { Environment } from '../../legacy/environment.js';

const LOOK_MS = 2000;

export interface StageOptions {
  /** Unless told, `MDC_BRIDGE_STAGE`, else `legacy`. */
  readonly stage?: Stage;
  /** A file that holds the stage's name, and is read again when it changes: a cut-over or a roll-back needs no restart. */
  readonly stageFile?: string;
}

/** The stage as it is now. */
export class StageWatch {
  readonly #file: string | undefined;
  /** Whether there is a place for events. */
  readonly #hasEvents: boolean;
  readonly #onChange: (stage: Stage) => void;
  readonly #onError: (error: Error) => void;
  readonly #timer: NodeJS.Timeout | undefined;
  #stage: Stage;
  #seen = '';
  #isBroken = false;

  /**
   * @param onChange told of each stage after the first.
   * @throws MdcBridgeError `usage` for a stage that there is not, or that can't be, also in the file, if it is there.
   */
  constructor(
    options: StageOptions,
    environment: Environment,
    hasEvents: boolean,
    onChange: (stage: Stage) => void,
    onError: (error: Error) => void,
  ) {
    this.#hasEvents = hasEvents;
    this.#file = options.stageFile ?? environment['MDC_BRIDGE_STAGE_FILE'];
    this.#onChange = onChange;
    this.#onError = onError;
    this.#stage = this.#parse(options.stage ?? environment['MDC_BRIDGE_STAGE'] ?? 'legacy', 'the stage');
    if (this.#file === undefined) return;
    this.#read();
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  get now(): Stage {
    return this.#stage;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** What can't be read changes nothing: the last stage that was read stays, and the error is told once. */
  #look(): void {
    try {
      this.#read();
      this.#isBroken = false;
    } catch (error) {
      if (!this.#isBroken) this.#onError(error as Error);
      this.#isBroken = true;
    }
  }

  #read(): void {
    const file = this.#file ?? '';
    const stats = statSync(file, { throwIfNoEntry: false });
    const seen = stats === undefined ? '' : `${stats.ino} ${stats.mtimeMs} ${stats.size}`;
    if (seen === this.#seen || stats === undefined) return;
    const before = this.#stage;
    this.#stage = this.#parse(readFileSync(file, 'utf8').trim(), file);
    this.#seen = seen;
    if (this.#stage !== before) this.#onChange(this.#stage);
  }

  #parse(text: string, where: string): Stage {
    const stage = STAGES.find((one) => one === text);
    if (stage === undefined) {
      throw new MdcBridgeError('usage', `${where} can't be ${JSON.stringify(text.slice(0, 40))}`, {
        remedy: `write one of ${STAGES.join(', ')}`,
      });
    }
    if (this.#hasEvents || stage === 'off' || stage === 'legacy') return stage;
    throw new MdcBridgeError('usage', `${where} is ${stage}, and nobody has said where events go`, {
      remedy: "give the collector v2: { storage: 'https://…' }, the v2 root",
    });
  }
}
