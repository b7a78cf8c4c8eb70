import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { deserializeError, MdcBridgeError } from '../errors.js';
import type { StorageAddress } from '../storage/open-storage.js';
import { warnWithoutKernel } from './kernel/kernel.js';
import { type JobContext, performJob } from './perform-job.js';
import type { FromWorker, Job, JobResult, ToWorker, WorkerSetup } from './worker-messages.js';

export interface PoolOptions {
  /** Threads; 0 works in the calling thread. As many as there are cores unless told. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onChunk?: (bytes: number, rows: number) => void;
}

/** Something that performs jobs: worker threads, or the calling thread. */
export interface Pool {
  /** So many jobs run at once. */
  readonly size: number;
  run<J extends Job>(job: J): Promise<JobResult<J>>;
  close(): Promise<void>;
}

/** Only an address can be opened again by a thread; a storage that the caller opened is used where it is. */
export function inCallingThread<O extends { readonly workers?: number }>(
  options: O,
  ...storages: readonly StorageAddress[]
): O {
  return storages.every((storage) => typeof storage === 'string') ? options : { ...options, workers: 0 };
}

/** `context` is used when no threads are asked for, `setup` by the threads. */
export function openPool(setup: WorkerSetup, context: JobContext, options: PoolOptions): Pool {
  const workers = options.workers ?? availableParallelism();
  warnWithoutKernel();
  return workers === 0 ? new InlinePool(context, options) : new ThreadPool(workers, setup, options);
}

class InlinePool implements Pool {
  readonly size = 1;
  readonly #context: JobContext;
  readonly #options: PoolOptions;

  constructor(context: JobContext, options: PoolOptions) {
    this.#context = context;
    this.#options = options;
  }

  async run<J extends Job>(job: J): Promise<JobResult<J>> {
    const { signal = new AbortController().signal, onChunk = () => undefined } = this.#options;
    return (await performJob(job, this.#context, signal, onChunk)) as JobResult<J>;
  }

  async close(): Promise<void> {}
}

interface Waiting {
  readonly job: Job;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

class ThreadPool implements Pool {
  readonly size: number;
  readonly #options: PoolOptions;
  readonly #setup: WorkerSetup;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #inHand = new Map<Worker, Waiting>();
  readonly #queue: Waiting[] = [];
  readonly #onAbort: () => void;

  constructor(size: number, setup: WorkerSetup, options: PoolOptions) {
    this.size = size;
    this.#setup = setup;
    this.#options = options;
    this.#onAbort = () => {
      for (const worker of this.#all) worker.postMessage({ kind: 'abort' } satisfies ToWorker);
    };
    options.signal?.addEventListener('abort', this.#onAbort);
  }

  run<J extends Job>(job: J): Promise<JobResult<J>> {
    return new Promise<JobResult<J>>((resolve, reject) => {
      this.#queue.push({ job, resolve: resolve as (result: never) => void, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }

  /** Threads are started when there is work for them, so a small tree does not wait for idle ones. */
  #next(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? (this.#all.size < this.size ? this.#start() : undefined);
      if (worker === undefined) return;
      const waiting = this.#queue.shift();
      if (waiting === undefined) return;
      this.#inHand.set(worker, waiting);
      worker.postMessage({ kind: 'job', job: waiting.job } satisfies ToWorker);
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL('./convert-worker.js', import.meta.url), { workerData: this.#setup });
    this.#all.add(worker);
    worker.on('message', (message: FromWorker) => this.#hear(worker, message));
    worker.on('error', (cause) => this.#lose(worker, cause));
    if (this.#options.signal?.aborted === true) worker.postMessage({ kind: 'abort' } satisfies ToWorker);
    return worker;
  }

  #hear(worker: Worker, message: FromWorker): void {
    if (message.kind === 'progress') {
      this.#options.onChunk?.(message.bytes, message.rows);
      return;
    }
    const waiting = this.#inHand.get(worker);
    this.#inHand.delete(worker);
    this.#idle.push(worker);
    if (message.kind === 'done') waiting?.resolve(message.result as never);
    else waiting?.reject(deserializeError(message.error));
    this.#next();
  }

  /** A thread died (out of memory, or a bug): its job fails, another thread takes the next. */
  #lose(worker: Worker, cause: unknown): void {
    const waiting = this.#inHand.get(worker);
    this.#inHand.delete(worker);
    this.#all.delete(worker);
    waiting?.reject(
      new MdcBridgeError('internal', 'a worker thread died', {
        cause,
        ...(waiting === undefined ? {} : { place: { file: waiting.job.task.source } }),
        remedy: 'run the same command again, with fewer --workers if memory is short; what is done is kept',
      }),
    );
    this.#next();
  }
}
