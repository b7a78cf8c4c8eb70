import { request as open } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { LogSidecar } from '../../src/serve/serve.js';
import type { ServeOptions } from '../../src/serve/serve-options.js';
import { filesIn } from '../collect/collectors.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A server with both trees and its spool in one folder. */
export interface TestSidecar {
  readonly server: LogSidecar;
  readonly folder: string;
  readonly errors: Error[];
  /** Name → content, of what is written by the end. */
  legacy(): Record<string, string>;
  events(): Record<string, string>;
}

export async function startSidecar(options: ServeOptions = {}, folder?: string): Promise<TestSidecar> {
  const root = folder ?? (await temporaryFolder());
  const errors: Error[] = [];
  const server = await LogSidecar.start({
    port: 0,
    legacy: join(root, 'modeldata'),
    events: join(root, 'v2'),
    spool: join(root, 'spool'),
    workspace: 'sub/rg/ws',
    service: 'svc',
    model: 'm',
    modelVersion: '1',
    environment: {},
    flushMs: 20,
    onError: (error) => errors.push(error),
    ...options,
  });
  onTestFinished(async () => void (await server.close()));
  return {
    server,
    folder: root,
    errors,
    legacy: () => filesOf(join(root, 'modeldata')),
    events: () => filesOf(join(root, 'v2')),
  };
}

function filesOf(root: string): Record<string, string> {
  try {
    return filesIn(root);
  } catch {
    return {};
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** One request as the SDK sends it, on a connection of its own; what is given goes before that. */
export function send(
  url: string,
  { method = 'POST', path = '/modeldata/log', headers, body }: Sent,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const own = method === 'POST' ? sdkHeaders() : {};
  const request = open(`${url}${path}`, { method, headers: { ...own, ...headers }, agent: false });
  request.on('error', reject);
  request.on('response', (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('error', reject);
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    });
  });
  // Beside a text, Node would write the head in UTF-8.
  request.end(typeof body === 'string' ? Buffer.from(body) : body);
  return promise;
}

/** Of `collect` of the v2 SDK. */
export function sdkHeaders(collection = 'model_inputs', id = 'id-1'): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'trace-id': 'c3ece6e8-ee63-4962-9ca2-c1256b025550',
    'ce-time': '1795307770',
    'ce-type': `azureml.inference.${collection}`,
    'ce-collect-data-type': 'pandas.core.frame.DataFrame',
    'ce-agent': 'azureml-ai-monitoring/1.0.0',
    'ce-x-request-id': id,
    'ce-model-version': 'default',
  };
}

export interface EventLine {
  readonly id: string;
  readonly time: string;
  readonly type: string;
  readonly correlationid: string;
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly [attribute: string]: unknown;
}

/** All events of some files, and the text of each's line. */
export function eventsIn(
  files: Readonly<Record<string, string>>,
): { file: string; line: string; event: EventLine }[] {
  return Object.entries(files).flatMap(([file, text]) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => ({ file, line, event: JSON.parse(line) as EventLine })),
  );
}
