import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Refusal } from './refusal.js';

const NO_CONTENT = ['Content-Length', '0'];
const CLOSE = ['Connection', 'close'];
const CLOSED_NO_CONTENT = [...CLOSE, ...NO_CONTENT];
/** So long a sender may take to read why, before nothing of it is heard any more. */
const LAST_WORD_MS = 1000;

/** The rows are kept. @param isLast on this connection. */
export function accept(response: ServerResponse, isLast: boolean): void {
  response.writeHead(200, isLast ? CLOSED_NO_CONTENT : NO_CONTENT);
  response.end();
}

/** Says why, in JSON. What is still to come of the request's body is not waited for. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, message, remedy }: Refusal,
  isLast: boolean,
): void {
  const body = jsonReason(message, remedy);
  const isCut = !request.complete;
  response.writeHead(status, [
    ...['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))],
    ...(status === 503 ? ['Retry-After', '1'] : []),
    ...(status === 405 ? ['Allow', 'POST'] : []),
    ...(isCut || isLast ? CLOSE : []),
  ]);
  response.end(body);
  if (isCut) response.once('finish', () => cutOff(request.socket));
}

/** To whoever watches the server. */
export function say(
  { method }: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
): void {
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, ['Allow', 'GET, HEAD', ...CLOSED_NO_CONTENT]).end();
    return;
  }
  const type = 'text/plain; version=0.0.4; charset=utf-8';
  response.writeHead(status, ['Content-Type', type, 'Content-Length', String(Buffer.byteLength(text))]);
  response.end(text);
}

const BYTES_STATUS: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};

/** To what is no HTTP, has too long a header, or is too slow. @returns the answer's status; none where nobody is there to hear it. */
export function refuseBytes(error: NodeJS.ErrnoException, socket: Socket): number | undefined {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return undefined;
  }
  const status = BYTES_STATUS[error.code ?? ''] ?? 400;
  const body = jsonReason(
    `the request can't be read: ${STATUS_CODES[status]}`,
    'send HTTP/1.1, all of it in time',
  );
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  cutOff(socket);
  return status;
}

function cutOff(socket: Socket): void {
  socket.pause();
  const timer = setTimeout(() => socket.destroy(), LAST_WORD_MS).unref();
  socket.once('close', () => clearTimeout(timer));
}

function jsonReason(error: string, remedy: string | undefined): string {
  return `${JSON.stringify({ error, remedy })}\n`;
}
