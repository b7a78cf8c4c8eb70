import { type Agent, type ClientRequest, type IncomingMessage, request as open } from 'node:http';

export interface Post {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Name, value, name, value ...: sent as they stand, and no others. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  readonly agent: Agent;
  /** From the beginning to the answer's end. */
  readonly timeoutMs: number;
}

export interface Answer {
  readonly status: number;
  /** The beginning of its body. */
  readonly text: string;
  /** `Retry-After`, where it is seconds. */
  readonly retryAfterMs: number;
}

/** Of an answer's body, for messages. */
const MAX_TEXT = 200;

/** One request; redirects are answers like others. Rejects with Node's error, or the signal's reason. */
export async function post(request: Post, signal?: AbortSignal): Promise<Answer> {
  try {
    return await attempt(request, signal);
  } catch (error) {
    // The server closed the idle connection in the moment in which it was used again.
    if (error instanceof StaleConnection) return await attempt(request, signal);
    throw error;
  }
}

class StaleConnection extends Error {}

async function attempt(post: Post, signal: AbortSignal | undefined): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { host, port, path, headers, agent } = post;
  const request = open({ host, port, path, method: 'POST', headers, agent });
  const timer = setTimeout(() => request.destroy(timeout(post.timeoutMs)), post.timeoutMs);
  const abort = (): void => void request.destroy(new Error('interrupted'));
  signal?.addEventListener('abort', abort, { once: true });
  request.on('error', (error) => reject(isStale(request, error) ? new StaleConnection() : error));
  request.on('response', (response) => read(response, resolve, reject));
  request.end(post.body);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function read(
  response: IncomingMessage,
  resolve: (answer: Answer) => void,
  reject: (error: Error) => void,
): void {
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    if (text.length < MAX_TEXT) text += chunk;
  });
  response.on('error', reject);
  response.on('end', () => {
    const seconds = Number(response.headers['retry-after']);
    resolve({
      status: response.statusCode ?? 0,
      text: text.slice(0, MAX_TEXT),
      retryAfterMs: seconds > 0 && Number.isFinite(seconds) ? seconds * 1000 : 0,
    });
  });
}

function isStale(request: ClientRequest, error: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function timeout(ms: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`no answer within ${ms} ms`), { code: 'ETIMEDOUT' });
}
