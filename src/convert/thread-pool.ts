import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { deserializeError, MdcBridgeError } from '../errors.js';
import type { FromThread, ThreadStart, ThreadWork, ToThread } from './thread-messages.js';

/** Whom a pool listens to and tells. */
export interface PoolWatch {
  readonly signal?: AbortSignal | undefined;
  readonly onChunk?: ((bytes: number, rows: number) => void) | undefined;
}

/** How a pool runs, whatever its work is. */
export interface PoolOptions extends PoolWatch {
  /** Threads; 0 works in the calling thread. As many as there are cores unless told. */
  readonly workers?: number | undefined;
}

/** What a pool does with a job. It knows nothing of the work itself, so that any may use it. */
export interface PoolWork<Job, Result> {
  /** The threads' script, which calls `answerJobs`. */
  readonly script: URL;
  /** What each thread is told once. */
  readonly setup: unknown;
  /** The same work in the calling thread. */
  readonly inline: ThreadWork<Job, Result>;
  /** The file that a job is about, for the error when its thread dies. */
  readonly fileOf: (job: Job) => string;
}

/** Something that performs jobs: worker threads, or the calling thread. */
export interface JobPool<Job, Result> {
  /** So many jobs run at once. */
  readonly size: number;
  /** So many may be asked for at once: a thread that is done then finds its next job waiting. */
  readonly jobs: number;
  /** From here on, in place of those before. To be called between jobs. */
  watch(watch: PoolWatch): void;
  run(job: Job): Promise<Result>;
  /** After the last job: every thread puts away what it holds. The numbers of those that worked. */
  finish(): Promise<number[]>;
  close(): Promise<void>;
}

export function openJobPool<Job, Result>(
  work: PoolWork<Job, Result>,
  options: PoolOptions,
): JobPool<Job, Result> {
  const workers = options.workers ?? availableParallelism();
  return workers === 0 ? new InlinePool(work, options) : new ThreadPool(workers, work, options);
}

class InlinePool<Job, Result> implements JobPool<Job, Result> {
  readonly size = 1;
  readonly jobs = 1;
  readonly #work: PoolWork<Job, Result>;
  #watch: PoolWatch;

  constructor(work: PoolWork<Job, Result>, watch: PoolWatch) {
    this.#work = work;
    this.#watch = watch;
  }

  watch(watch: PoolWatch): void {
    this.#watch = watch;
  }

  async run(job: Job): Promise<Result> {
    const { signal = new AbortController().signal, onChunk = () => undefined } = this.#watch;
    return await this.#work.inline.perform(job, signal, onChunk);
  }

  async finish(): Promise<number[]> {
    this.#work.inline.finish?.();
    return [0];
  }

  async close(): Promise<void> {}
}

interface Waiting<Job, Result> {
  readonly job: Job;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** What a thread has in hand: a job, or its farewell. */
interface InHand<Result> {
  readonly file?: string;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Rows die young: a small nursery holds them, and a large one only adds to what each thread keeps. */
const YOUNG_GENERATION_MB = 4;

class ThreadPool<Job, Result> implements JobPool<Job, Result> {
  readonly size: number;
  readonly jobs: number;
  readonly #work: PoolWork<Job, Result>;
  #watch: PoolWatch = {};
  readonly #idle: Worker[] = [];
  /** Living threads and their numbers. */
  readonly #all = new Map<Worker, number>();
  readonly #inHand = new Map<Worker, InHand<Result>>();
  readonly #queue: Waiting<Job, Result>[] = [];
  readonly #onAbort: () => void;
  #started = 0;

  constructor(size: number, work: PoolWork<Job, Result>, options: PoolOptions) {
    this.size = size;
    this.jobs = size * 2;
    this.#work = work;
    this.#onAbort = () => {
      for (const worker of this.#all.keys()) this.#tell(worker, { kind: 'abort' });
    };
    this.watch(options);
  }

  watch(watch: PoolWatch): void {
    this.#watch.signal?.removeEventListener('abort', this.#onAbort);
    this.#watch = watch;
    watch.signal?.addEventListener('abort', this.#onAbort);
    if (watch.signal?.aborted === true) this.#onAbort();
  }

  run(job: Job): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#queue.push({ job, resolve, reject });
      this.#next();
    });
  }

  async finish(): Promise<number[]> {
    const threads = [...this.#all];
    await Promise.all(
      threads.map(
        ([worker]) =>
          new Promise<void>((resolve, reject) => {
            this.#inHand.set(worker, { resolve: () => resolve(), reject });
            this.#tell(worker, { kind: 'finish' });
          }),
      ),
    );
    return threads.map(([, thread]) => thread);
  }

  async close(): Promise<void> {
    this.#watch.signal?.removeEventListener('abort', this.#onAbort);
    const workers = [...this.#all.keys()];
    // First of all forgotten: a thread that is told to stop has not died.
    this.#all.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  /** Threads are started when there is work for them, so a small tree does not wait for idle ones. */
  #next(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? (this.#all.size < this.size ? this.#start() : undefined);
      if (worker === undefined) return;
      const waiting = this.#queue.shift();
      if (waiting === undefined) return;
      const { job, resolve, reject } = waiting;
      this.#inHand.set(worker, { file: this.#work.fileOf(job), resolve, reject });
      this.#tell(worker, { kind: 'job', job });
    }
  }

  #start(): Worker {
    const thread = this.#started;
    this.#started += 1;
    const start: ThreadStart<unknown> = { setup: this.#work.setup, thread, threads: this.size };
    const worker = new Worker(this.#work.script, {
      workerData: start,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.#all.set(worker, thread);
    worker.on('message', (message: FromThread<Result>) => this.#hear(worker, message));
    worker.on('error', (cause) => this.#lose(worker, cause));
    worker.on('exit', (code) => this.#lose(worker, new Error(`the thread ended with exit code ${code}`)));
    if (this.#watch.signal?.aborted === true) this.#tell(worker, { kind: 'abort' });
    return worker;
  }

  #tell(worker: Worker, message: ToThread<Job>): void {
    worker.postMessage(message);
  }

  #hear(worker: Worker, message: FromThread<Result>): void {
    if (message.bytes !== 0 || message.rows !== 0) this.#watch.onChunk?.(message.bytes, message.rows);
    if (message.kind === 'progress') return;
    const inHand = this.#inHand.get(worker);
    this.#inHand.delete(worker);
    this.#idle.push(worker);
    if (message.kind === 'failed') inHand?.reject(deserializeError(message.error));
    else inHand?.resolve((message.kind === 'done' ? message.result : undefined) as Result);
    this.#next();
  }

  /** A thread died (out of memory, or a bug): its job fails, another thread takes the next. */
  #lose(worker: Worker, cause: unknown): void {
    if (!this.#all.delete(worker)) return;
    const inHand = this.#inHand.get(worker);
    this.#inHand.delete(worker);
    const idle = this.#idle.indexOf(worker);
    if (idle >= 0) this.#idle.splice(idle, 1);
    inHand?.reject(
      new MdcBridgeError('internal', 'a worker thread died', {
        cause,
        ...(inHand.file === undefined ? {} : { place: { file: inHand.file } }),
        remedy: 'run the same command again, with fewer --workers if memory is short; what is done is kept',
      }),
    );
    this.#next();
  }
}
