import { expect, test, vi } from 'vitest';
import { Collector } from '../../../src/collect/collector.js';
import { BasicCorrelationContext } from '../../../src/collect/events/correlation-context.js';
import type { FrameData } from '../../../src/collect/events/event-frame.js';
import { GOLDEN_REQUESTS, type GoldenRequest } from '../../support/golden-requests.js';
import { EXPRESSIBLE_FRAMES } from './pandas-frames.js';
import { RecordingSidecar } from './recording-sidecar.js';

/** What the driver collected, by the body that pandas made of it. */
const DATA: Readonly<Record<string, FrameData>> = {
  '[{"col1":1,"col2":2.5,"s":"a"},{"col1":2,"col2":3.0,"s":"b"},{"col1":3,"col2":null,"s":"\\u00e9\\/\\ud83d\\ude00"}]':
    {
      col1: [1, 2, 3],
      col2: [2.5, 3, Number.NaN],
      s: ['a', 'b', 'é/😀'],
    },
  '[{"col1":1,"col2":2.5,"s":"a"}]': [{ col1: 1, col2: 2.5, s: 'a' }],
  '[{"a":1}]': [{ a: 1 }],
  '[{"a":999,"new":"leak"}]': [{ a: 999, new: 'leak' }],
  '[{"i":0}]': [{ i: 0 }],
  '[{"i":1}]': [{ i: 1 }],
  '[{"i":2}]': [{ i: 2 }],
  '[{"c":null}]': [{ c: null }],
  '[{"c":"1.10"},{"c":null}]': [{ c: '1.10' }, { c: null }],
  '[]': [],
};

/** By the scenario's name: their bytes are tested in `pandas-json.test.ts`, and here that they arrive. */
const BY_FRAME: Readonly<Record<string, FrameData>> = {
  ...EXPRESSIBLE_FRAMES,
  func_obj: { c: [{}] },
  datetimes: {
    d: [new Date(1704164645678), new Date(-1000)],
    tz: [new Date(1704157445000), new Date(1717290245000)],
    td: [93784500, -1000],
  },
};

/** Requests that no data of JavaScript's makes. */
const NOT_EXPRESSIBLE: Readonly<Record<string, string>> = {
  categorical: "an interval's attributes, whole floats among them",
  dup_after_str: 'a column 1 and a column "1": refused, since a reader would lose one',
  complex: 'whole floats in a nested object',
  uuid_obj: "a Python object's attributes",
};

/** What followed a redirect: ours follows none. */
function isFollowedRedirect(request: GoldenRequest): boolean {
  return request.request_line !== 'POST /modeldata/log HTTP/1.1';
}

function frameOf({ scenario }: GoldenRequest): string {
  return /^df2?_(.*)_v(?:22)?$/.exec(scenario)?.[1] ?? '';
}

function dataOf(request: GoldenRequest): FrameData | undefined {
  return DATA[request.body] ?? BY_FRAME[frameOf(request)];
}

function header({ headers }: Pick<GoldenRequest, 'headers'>, name: string): string {
  return headers.find(([key]) => key === name)?.[1] ?? '';
}

/** Those that say what the event is; the rest belongs to the connection. */
const CONNECTION: ReadonlySet<string> = new Set([
  'Host',
  'User-Agent',
  'Accept-Encoding',
  'Accept',
  'Connection',
]);
const OWN: ReadonlySet<string> = new Set(['trace-id', 'ce-agent']);

function content(request: Pick<GoldenRequest, 'headers'>): string[] {
  return request.headers
    .filter(([name]) => !CONNECTION.has(name))
    .map(([name, value]) => (OWN.has(name) ? name : `${name}: ${sameFrame(value)}`));
}

/** The class has two names: pandas 3 shortened it. Ours has the one of real events. */
function sameFrame(value: string): string {
  return value === 'pandas.DataFrame' || value === '__main__.Sub' ? 'pandas.core.frame.DataFrame' : value;
}

const OWN_HEADERS: ReadonlySet<string> = new Set([
  'ce-time',
  'ce-type',
  'ce-collect-data-type',
  'ce-agent',
  'ce-x-request-id',
  'ce-model-version',
]);

test('every golden request is reproduced, but for redirects that were followed and data that JavaScript has not', async () => {
  const expected = GOLDEN_REQUESTS.filter(
    (request) =>
      !isFollowedRedirect(request) && !(frameOf(request) in NOT_EXPRESSIBLE && dataOf(request) === undefined),
  );
  expect(expected.filter((request) => dataOf(request) === undefined).map(({ scenario }) => scenario)).toEqual(
    [],
  );
  expect(GOLDEN_REQUESTS.length - expected.length).toBe(5 + Object.keys(NOT_EXPRESSIBLE).length);
  // Of more than five collections.
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const sidecar = await RecordingSidecar.start();
  for (const request of expected) {
    const collector = new Collector(header(request, 'ce-type').replace('azureml.inference.', ''), {
      environment: sidecar.environment,
      handleSignals: false,
      floatFormat: 'pandas',
    });
    const given = request.headers.filter(([name]) => name.startsWith('ce-') && !OWN_HEADERS.has(name));
    const headers = Object.fromEntries(given.map(([name, value]) => [name.slice(3), value]));
    const [id, time] = [header(request, 'ce-x-request-id'), Number(header(request, 'ce-time'))];
    collector.collect(dataOf(request)!, new BasicCorrelationContext(id, time, headers));
    await collector.close();
  }
  const ours = sidecar.requests.map((request) => [request.requestLine, ...content(request), request.body]);
  expect(ours).toEqual(expected.map((request) => [request.request_line, ...content(request), request.body]));
});
