import { parentPort, workerData } from 'node:worker_threads';
import { serializeError } from '../errors.js';
import type { FromThread, ThreadStart, ThreadWork, ToThread } from './thread-messages.js';

/** Makes a script the entry of a pool's threads: one job at a time, until it is told to stop. */
export function answerJobs<Setup, Job, Result>(
  open: (start: ThreadStart<Setup>) => Promise<ThreadWork<Job, Result>>,
): void {
  const port = parentPort;
  if (port === null) throw new Error('this script is started by a thread pool only');
  const abort = new AbortController();
  const opened = open(workerData as ThreadStart<Setup>);
  // The first job says what went wrong; until then it is no unhandled rejection.
  opened.catch(() => undefined);
  const speaker = new Speaker<Result>((message) => port.postMessage(message));

  port.on('message', async (message: ToThread<Job>) => {
    if (message.kind === 'abort') {
      abort.abort();
      return;
    }
    try {
      const work = await opened;
      if (message.kind === 'job') {
        const result = await work.perform(message.job, abort.signal, speaker.add);
        speaker.say({ kind: 'done', result });
      } else {
        work.finish?.();
        speaker.say({ kind: 'finished' });
      }
    } catch (error) {
      speaker.say({ kind: 'failed', error: serializeError(error) });
    }
  });
}

/** A message wakes the other thread; a person looks at the progress a few times a second. */
const TELL_MS = 100;

type Saying<Message> = Message extends unknown ? Omit<Message, 'bytes' | 'rows'> : never;

/** Adds up what was read, and tells it with every message; on its own only when that is worth one. */
class Speaker<Result> {
  readonly #post: (message: FromThread<Result>) => void;
  #said = performance.now();
  #bytes = 0;
  #rows = 0;

  constructor(post: (message: FromThread<Result>) => void) {
    this.#post = post;
  }

  readonly add = (bytes: number, rows: number): void => {
    this.#bytes += bytes;
    this.#rows += rows;
    if (performance.now() - this.#said >= TELL_MS) this.say({ kind: 'progress' });
  };

  say(message: Saying<FromThread<Result>>): void {
    this.#post({ ...message, bytes: this.#bytes, rows: this.#rows } as FromThread<Result>);
    this.#said = performance.now();
    this.#bytes = 0;
    this.#rows = 0;
  }
}
