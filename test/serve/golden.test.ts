import { connect } from 'node:net';
import { CloudEvent } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { GOLDEN_REQUESTS, type GoldenRequest } from '../support/golden-requests.js';
import { type EventLine, eventsIn, startSidecar } from './sidecars.js';

/** What the SDK sent after a redirect it met, to another path. */
const FOLLOWED = GOLDEN_REQUESTS.filter(
  ({ request_line }) => request_line !== 'POST /modeldata/log HTTP/1.1',
);
const LOGGED = GOLDEN_REQUESTS.filter(({ request_line }) => request_line === 'POST /modeldata/log HTTP/1.1');
/** No folder can have these collections' names. */
const BAD_NAMES: ReadonlySet<string> = new Set(['azureml.inference.a b', 'azureml.inference.a/b']);
/** Names that are there twice, or differ only by case: readers of events refuse such rows, and a conversion renames them so. */
const RENAMED: Readonly<Record<string, string>> = {
  '[{"1":1,"1":2}]': '[{"1":1,"1_1":2}]',
  '[{"b":true,"B":true,"o":true},{"b":false,"B":null,"o":null}]':
    '[{"b":true,"b_1":true,"o":true},{"b":false,"b_1":null,"o":null}]',
};

function header({ headers }: GoldenRequest, name: string): string {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
}

/** The very bytes that were recorded. */
function replay(port: number, { request_line, headers, body }: GoldenRequest): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const head = [request_line, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\r\n');
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
    socket.end();
  });
  socket.on('error', reject);
  socket.on('close', () => resolve(answer.slice(0, answer.indexOf('\r\n'))));
  socket.write(`${head}\r\n\r\n${body}`);
  return promise;
}

/** What an event has as `data`, from its line, as the specification has its place. */
function dataText(line: string): string {
  return line.slice(line.indexOf('"data":') + 7, line.lastIndexOf(',"contentrange"'));
}

describe('every request that the v2 SDK was recorded to send', () => {
  it('is answered 200, but for names that no folder can have and other paths, and is written once as it was sent', async () => {
    const sidecar = await startSidecar({ stage: 'v2' });
    const port = Number(new URL(sidecar.server.url).port);
    const answers = new Map<GoldenRequest, string>();
    for (const request of GOLDEN_REQUESTS) answers.set(request, await replay(port, request));
    for (const request of LOGGED) {
      const isBad = BAD_NAMES.has(header(request, 'ce-type'));
      expect(answers.get(request), request.scenario).toBe(
        isBad ? 'HTTP/1.1 400 Bad Request' : 'HTTP/1.1 200 OK',
      );
    }
    for (const request of FOLLOWED) expect(answers.get(request)).toMatch(/^HTTP\/1\.1 40[45] /);
    await sidecar.server.close();

    const written = eventsIn(sidecar.events());
    const expected = LOGGED.filter(
      (request) => request.body !== '[]' && !BAD_NAMES.has(header(request, 'ce-type')),
    );
    expect(written).toHaveLength(expected.length);
    for (const request of expected) {
      const id = header(request, 'ce-x-request-id');
      const collection = header(request, 'ce-type').slice('azureml.inference.'.length);
      const found = written.filter(
        ({ event }) => event['xrequestid'] === id && event.type === `azureml.inference.${collection}`,
      );
      const data = RENAMED[request.body] ?? request.body;
      const own = found.find(({ line }) => dataText(line) === data);
      expect(own, `${request.scenario} ${request.body.slice(0, 80)}`).toBeDefined();
      const { event, file } = own!;
      expectEvent(event, request, data, collection);
      const hour = event.time.slice(0, 13).replace(/[-T]/g, '/');
      expect(file).toMatch(new RegExp(`^svc/m-1/${collection}/${hour}/[0-9a-f]{32}000000\\.jsonl$`));
    }
    expect(sidecar.errors).toEqual([]);
  });
});

function expectEvent(event: EventLine, request: GoldenRequest, data: string, collection: string): void {
  const bytes = Buffer.byteLength(data);
  const seconds = Number(header(request, 'ce-time'));
  const { data: _data, contentrange, ...attributes } = event;
  expect(contentrange).toBe(`bytes 0-${bytes - 1}/${bytes}`);
  expect(Date.parse(event.time)).toBe(seconds * 1000);
  expect(attributes).toMatchObject({
    specversion: '1.0',
    source:
      '/subscriptions/sub/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws/onlineEndpoints/svc/deployments/m-1',
    type: `azureml.inference.${collection}`,
    datacontenttype: 'application/json',
    modelversion: 'default',
    collectdatatype: header(request, 'ce-collect-data-type'),
    agent: header(request, 'ce-agent'),
  });
  expect(() => new CloudEvent(event, true)).not.toThrow();
}
