import { readFileSync, statSync } from 'node:fs';
import { MdcBridgeError } from '../../errors.js';
import { STAGES, type Stage } from '../../event/stage-line.js';
import type { Environment } from '../../legacy/environment.js';

const LOOK_MS = 2000;
/** The version of a file that is not there. */
const NOTHING = '';
/** Characters of a wrong stage in a message. */
const MAX_SHOWN = 20;
const REMEDY = `the stages are ${STAGES.join(', ')}`;

export interface StageOptions {
  /** Unless told, `MDC_BRIDGE_STAGE`, else `legacy`. */
  readonly stage?: Stage;
  /**
   * A file that holds the stage's name, and is read again when it changes: a cut-over or a roll-back needs no restart. What is wrong
   * with it is told, and changes nothing.
   */
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
  #seen = NOTHING;
  #isBroken = false;
  /** As the last look found it: whoever writes a file first empties it. */
  #isEmpty = false;

  /**
   * @param onChange told of each stage after the first.
   * @param onError told of a file that can't be read, or has no stage that can be, also at the start.
   * @throws MdcBridgeError `usage` for a stage of the options or the environment that there is not, or that can't be.
   */
  constructor(
    options: StageOptions,
    environment: Environment,
    hasEvents: boolean,
    onChange: (stage: Stage) => void,
    onError: (error: Error) => void,
  ) {
    this.#hasEvents = hasEvents;
    this.#file = options.stageFile ?? (environment['MDC_BRIDGE_STAGE_FILE'] || undefined);
    this.#onChange = onChange;
    this.#onError = onError;
    const given = options.stage ?? (environment['MDC_BRIDGE_STAGE'] || 'legacy');
    this.#stage = this.#parse(given, `the stage can't be ${shown(given)}`, 'the stage is');
    if (this.#file === undefined) return;
    this.#look();
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
      this.#read(this.#file ?? '');
      this.#isBroken = this.#isBroken && this.#isEmpty;
    } catch (error) {
      if (!this.#isBroken) this.#onError(error as Error);
      this.#isBroken = true;
    }
  }

  #read(file: string): void {
    const seen = versionOf(file);
    if (seen === this.#seen) return;
    if (seen === NOTHING) throw gone(file, this.#stage);
    const text = textOf(file);
    const wasEmpty = this.#isEmpty;
    this.#isEmpty = text === '';
    if (this.#isEmpty && !wasEmpty) return;
    if (this.#isEmpty) throw wrongFile(file, 'is empty');
    const before = this.#stage;
    const what = isWord(text)
      ? `says ${shown(text)}, which is no stage`
      : `holds ${text.length} characters that are no stage`;
    this.#stage = this.#parse(text, `the stage file ${file} ${what}`, `the stage file ${file} says`, file);
    this.#seen = seen;
    if (this.#stage !== before) this.#onChange(this.#stage);
  }

  #parse(text: string, wrong: string, says: string, file?: string): Stage {
    const stage = STAGES.find((one) => one === text);
    const place = file === undefined ? {} : { place: { file } };
    if (stage === undefined) throw new MdcBridgeError('usage', wrong, { ...place, remedy: REMEDY });
    if (this.#hasEvents || stage === 'off' || stage === 'legacy') return stage;
    throw new MdcBridgeError('usage', `${says} ${stage}, and nobody has said where events go`, {
      ...place,
      remedy: "give the collector v2: { storage: 'https://…' }, the v2 root",
    });
  }
}

/** As stages are: another file, named by mistake, may hold a secret. */
function isWord(text: string): boolean {
  return text.length <= MAX_SHOWN && /^[\w -]+$/.test(text);
}

function shown(text: string): string {
  return JSON.stringify(String(text).slice(0, MAX_SHOWN));
}

/** Changes when the file does. */
function versionOf(file: string): string {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    return stats === undefined ? NOTHING : `${stats.ino} ${stats.mtimeMs} ${stats.size}`;
  } catch (cause) {
    throw wrongFile(file, "can't be read", cause);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw wrongFile(file, "can't be read", cause);
  }
}

function gone(file: string, stage: Stage): MdcBridgeError {
  return wrongFile(file, `is gone: the stage stays ${stage}`);
}

function wrongFile(file: string, what: string, cause?: unknown): MdcBridgeError {
  return new MdcBridgeError('usage', `the stage file ${file} ${what}`, {
    place: { file },
    cause,
    remedy: REMEDY,
  });
}
