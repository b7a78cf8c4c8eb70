import { Agent } from 'node:http';
import { type MdcBridgeError, StorageError, throwIfAborted } from '../../errors.js';
import type { Batch, BlobTarget } from '../delivery/batch.js';
import type { RowSink, Written } from '../delivery/row-sink.js';
import { type Answer, post } from './post.js';
import { parseHeaders } from './sidecar-outlet.js';

export const SIDECAR_PATH = '/modeldata/log';
const TIMEOUT_MS = 10_000;
/** Less than any pause between two rounds of the writer: the requests of a round share one failed attempt. */
const REST_MS = 400;
const LONGEST_REST_MS = 60_000;
/** Failures of the sidecar (500, 502 ...) over one request, before the next ones get their turn without it. */
const MAX_FAILURES = 5;
/** It can't now: the request is as good as any other. */
const BUSY: ReadonlySet<number> = new Set([408, 429, 503]);

export interface SidecarAddress {
  readonly host: string;
  readonly port: number;
}

export interface SidecarSinkOptions {
  /** Of one attempt. 10 seconds unless told. */
  readonly timeoutMs?: number;
  /** Told of a request that will never be taken, and is given up: it counts as written then. */
  readonly onRefused: (rows: number, error: MdcBridgeError) => void;
  /** For tests, in ms. */
  readonly now?: () => number;
}

/**
 * The collector process beside a scoring container: each target is one request, with the headers that stand in its header. At least
 * once: a request whose answer was lost is sent again, under the same trace-id.
 */
export class SidecarSink implements RowSink {
  readonly url: string;
  readonly #address: SidecarAddress;
  readonly #options: Required<SidecarSinkOptions>;
  /** One connection, kept open; no proxy, whatever the environment says. */
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  /** Trace-id → the failures that it has met. No more of them than requests wait. */
  readonly #failures = new Map<string, number>();
  #rest: { readonly until: number; readonly error: StorageError } | undefined;

  constructor(address: SidecarAddress, options: SidecarSinkOptions) {
    this.#address = address;
    this.#options = { timeoutMs: TIMEOUT_MS, now: () => performance.now(), ...options };
    this.url = `http://${hostOf(address)}${SIDECAR_PATH}`;
  }

  async write(target: BlobTarget, batches: readonly Batch[], signal?: AbortSignal): Promise<Written> {
    throwIfAborted(signal);
    if (this.#rest !== undefined && this.#options.now() < this.#rest.until) throw this.#rest.error;
    this.#rest = undefined;
    for (const batch of batches) await this.#deliver(target, batch, signal);
    this.#failures.delete(target.name);
    return { name: target.name };
  }

  async close(): Promise<void> {
    this.#agent.destroy();
  }

  async #deliver(target: BlobTarget, { bytes, rows }: Batch, signal: AbortSignal | undefined): Promise<void> {
    let answer: Answer;
    try {
      answer = await this.#post(target, bytes, signal);
    } catch (cause) {
      throwIfAborted(signal);
      throw this.#pause(silent(this.url, cause));
    }
    const { status } = answer;
    if (status >= 200 && status < 300) return;
    const error = refusal(this.url, answer);
    if (BUSY.has(status)) throw this.#pause(error, answer.retryAfterMs);
    if (status >= 500 && this.#fails(target.name) < MAX_FAILURES) throw error;
    this.#options.onRefused(rows, error);
  }

  async #post(target: BlobTarget, body: Uint8Array, signal: AbortSignal | undefined): Promise<Answer> {
    const headers = [
      ['Host', hostOf(this.#address)],
      ['User-Agent', 'mdc-bridge'],
      ['Accept', '*/*'],
      ['Connection', 'keep-alive'],
      ...parseHeaders(target.header),
      ['Content-Length', String(body.length)],
    ].flat();
    const { timeoutMs } = this.#options;
    const request = { ...this.#address, path: SIDECAR_PATH, headers, body, agent: this.#agent, timeoutMs };
    return await post(request, signal);
  }

  #fails(name: string): number {
    const count = (this.#failures.get(name) ?? 0) + 1;
    this.#failures.set(name, count);
    return count;
  }

  /** Nobody else is asked for a while: each would wait as long, and in vain. */
  #pause(error: StorageError, asked = 0): StorageError {
    const ms = Math.min(LONGEST_REST_MS, Math.max(REST_MS, asked));
    this.#rest = { until: this.#options.now() + ms, error };
    return error;
  }
}

function hostOf({ host, port }: SidecarAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function silent(url: string, cause: unknown): StorageError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new StorageError(code ?? 'EUNKNOWN', `the sidecar at ${url} does not answer: ${message}`, {
    cause,
    remedy: 'see whether data collection is enabled for the deployment; events are kept and sent again',
  });
}

function refusal(url: string, { status, text }: Answer): StorageError {
  const said = text === '' ? '' : `: ${text}`;
  return new StorageError(`HTTP${status}`, `the sidecar at ${url} answered ${status}${said}`);
}
