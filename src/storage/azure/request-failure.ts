/** What is known of a failed request, as the SDK's errors tell it: none of its classes is needed, which are loaded late. */
interface RequestError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly name?: string;
  readonly message?: string;
  readonly details?: { readonly errorCode?: string };
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

/** The body of an answer ended before its length. */
export class TruncatedBody extends Error {
  readonly code = 'TRUNCATED_BODY';
}

/** Codes without a status: of the network, of the HTTP client, and of an answer that broke off. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'REQUEST_SEND_ERROR',
  'PARSE_ERROR',
  'ERR_STREAM_PREMATURE_CLOSE',
  'TRUNCATED_BODY',
]);
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** The HTTP status; `undefined` if there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return (error as RequestError | undefined)?.statusCode;
}

/** The service's own word (`BlobNotFound`), or the network's (`ECONNRESET`). */
export function codeOf(error: unknown): string | undefined {
  const { code, details } = (error ?? {}) as RequestError;
  return details?.errorCode ?? code;
}

/** Whether the same request may well succeed later. An abort that its caller did not ask for is a try's end. */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined && status >= 300) return PASSING_STATUSES.has(status);
  const { name = '', code = '' } = (error ?? {}) as RequestError;
  return name === 'AbortError' || name === 'TimeoutError' || PASSING_CODES.has(String(code));
}

/** The service asks for fewer requests. */
export function isThrottling(error: unknown): boolean {
  const status = statusOf(error);
  return status === 429 || status === 503;
}

/** Milliseconds that the service asks to wait, if it does. */
export function retryAfter(error: unknown, now: number = Date.now()): number | undefined {
  const headers = (error as RequestError | undefined)?.response?.headers;
  const exact = Number(headers?.get('x-ms-retry-after-ms') ?? headers?.get('retry-after-ms') ?? Number.NaN);
  if (exact >= 0) return exact;
  const text = headers?.get('retry-after');
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
