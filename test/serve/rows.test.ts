import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Collector } from '../../src/collect/collector.js';
import { BasicCorrelationContext } from '../../src/collect/events/correlation-context.js';
import { convertTree } from '../../src/convert/run.js';
import { filesIn } from '../collect/collectors.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { eventsIn, sdkHeaders, send, startSidecar } from './sidecars.js';

const TAIL = (id: string): string =>
  `${id},2026-11-22T00:36:10,1440,sub/rg/ws,svc,m,1,00000000-0000-0000-0000-000000000000`;
const AML =
  '$aml_dc_correlation_id,$aml_dc_scoring_timestamp,$aml_dc_boundary,$aml_workspace,$aml_service_name,$aml_model_name,$aml_model_version,$aml_request_id';

describe('one request', () => {
  it('is an event with its headers, and rows in the legacy blob of its own day', async () => {
    const sidecar = await startSidecar();
    await send(sidecar.server.url, {
      body: '[{"bmi":0.1,"n":1.0,"s":"a,\\"b\\""},{"bmi":2,"n":3.0,"s":null}]',
    });
    await sidecar.server.close();
    const { file, event } = eventsIn(sidecar.events())[0]!;
    expect(file).toMatch(/^svc\/m-1\/model_inputs\/2026\/11\/22\/00\/[0-9a-f]{32}000000\.jsonl$/);
    expect(Object.keys(event)).toEqual([
      ...[
        'specversion',
        'id',
        'source',
        'type',
        'datacontenttype',
        'time',
        'data',
        'contentrange',
        'correlationid',
      ],
      ...['xrequestid', 'modelversion', 'collectdatatype', 'agent'],
    ]);
    expect(event).toMatchObject({
      time: '2026-11-22T00:36:10Z',
      correlationid: 'id-1',
      xrequestid: 'id-1',
      modelversion: 'default',
      collectdatatype: 'pandas.core.frame.DataFrame',
      agent: 'azureml-ai-monitoring/1.0.0',
    });
    expect(sidecar.legacy()).toEqual({
      'sub/rg/ws/svc/m/1/inputs/2026/11/22/data.csv':
        `bmi,n,s,${AML}\r\n` + `0.1,1.0,"a,""b""",${TAIL('id-1')}\n` + `2,3.0,,${TAIL('id-1')}\n`,
    });
  });

  it('of other columns than the first of its blob is written as the SDK did, and that is told once', async () => {
    const sidecar = await startSidecar();
    for (const body of ['[{"a":1,"b":2}]', '[{"b":3,"a":4}]', '[{"c":5}]']) {
      expect((await send(sidecar.server.url, { body })).status).toBe(200);
    }
    await sidecar.server.close();
    expect(sidecar.errors.map(({ message }) => message)).toEqual([
      'rows of different columns stand below one header: column 0 is "a" and "b"',
    ]);
    const [csv = ''] = Object.values(sidecar.legacy());
    expect(csv.split('\n').map((line) => line.split(',id-1')[0])).toEqual([
      `a,b,${AML}\r`,
      '1,2',
      '3,4',
      '5',
      '',
    ]);
  });

  it('has the same event ids as a conversion of its legacy rows, and as the TypeScript collector', async () => {
    const sidecar = await startSidecar();
    await send(sidecar.server.url, { body: '[{"a":1}]' });
    await sidecar.server.close();
    const converted = await temporaryFolder();
    await convertTree(join(sidecar.folder, 'modeldata'), converted, { workers: 0 });
    const tree = join(await temporaryFolder(), 'own');
    const collector = new Collector('model_inputs', {
      storage: tree,
      endpoint: 'svc',
      deployment: 'm-1',
      environment: {},
      handleSignals: false,
    });
    collector.collect([{ a: 1 }], new BasicCorrelationContext('id-1', 1795307770));
    await collector.close();
    const idOf = (files: Record<string, string>): string[] => {
      const events = Object.entries(files).filter(([name]) => name.startsWith('svc/'));
      return eventsIn(Object.fromEntries(events)).map(({ event }) => event.id);
    };
    expect(idOf(sidecar.events())).toHaveLength(1);
    expect(idOf(filesIn(converted))).toEqual(idOf(sidecar.events()));
    expect(idOf(filesIn(tree))).toEqual(idOf(sidecar.events()));
  });

  it('may bring headers of its context: they are attributes, and none takes the place of the event’s own', async () => {
    const sidecar = await startSidecar();
    const headers = {
      'CE-Tenant': 'caf\u00e9 "x"',
      'ce-a_very-long.name-of-an-attribute': '1',
      'ce-id': 'mine',
      'ce-source': 'mine',
      'ce-data': 'mine',
      'ce-correlationid': 'mine',
      'ce-5': 'x',
    };
    await send(sidecar.server.url, { body: '[{"a":1}]', headers });
    await send(sidecar.server.url, { body: '[{"a":1}]', headers: { 'ce-x-request-id': 'id-2' } });
    await sidecar.server.close();
    const [first, second] = eventsIn(sidecar.events()).map(({ event }) => event);
    expect(first).toMatchObject({
      tenant: 'caf\u00e9 "x"',
      averylongnameofanatt: '1',
      5: 'x',
      correlationid: 'id-1',
    });
    expect(Object.keys(first!)).toHaveLength(16);
    expect(first!['source']).toMatch(/^\/subscriptions\//);
    expect(Object.keys(second!)).toHaveLength(13);
  });

  it.each([
    ['1700000000.75', '2023-11-14T22:13:20.750Z', '2023/11/14/22'],
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59Z', '2024/02/29/23'],
    ['2024-02-29T23:59:59.5+02:00', '2024-02-29T21:59:59.500Z', '2024/02/29/21'],
  ])('of time %s is of %s', async (time, expected, hour) => {
    const sidecar = await startSidecar();
    await send(sidecar.server.url, { body: '[{"a":1}]', headers: { 'ce-time': time } });
    await sidecar.server.close();
    const [{ event, file } = { event: undefined, file: '' }] = eventsIn(sidecar.events());
    expect(event?.time).toBe(expected);
    expect(file).toContain(`/model_inputs/${hour}/`);
    expect(Object.keys(sidecar.legacy())[0]).toContain(`/inputs/${hour.slice(0, 10)}/`);
  });

  it('without a time or an id is of now, under a new id', async () => {
    const sidecar = await startSidecar();
    const { 'ce-time': _time, 'ce-x-request-id': _id, ...headers } = sdkHeaders();
    const answer = await fetch(`${sidecar.server.url}/modeldata/log`, {
      method: 'POST',
      headers,
      body: '[{"a":1}]',
    });
    expect(answer.status).toBe(200);
    await sidecar.server.close();
    const { event } = eventsIn(sidecar.events())[0]!;
    expect(event.correlationid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(Math.abs(Date.parse(event.time) - Date.now())).toBeLessThan(3_600_000);
  });

  it('of more than 1,000 rows is several events, cut at the same rows in each collection; another one of its id goes on', async () => {
    const sidecar = await startSidecar({ stage: 'v2' });
    const rows = JSON.stringify(Array.from({ length: 2500 }, (_, i) => ({ i })));
    for (const collection of ['model_inputs', 'model_outputs']) {
      for (const body of [rows, '[{"i":2500}]'])
        await send(sidecar.server.url, { body, headers: sdkHeaders(collection) });
    }
    await sidecar.server.close();
    const shapes = eventsIn(sidecar.events()).map(({ event }) => [
      event.type,
      event.correlationid,
      event.data.length,
    ]);
    const one = (type: string) => [
      [type, 'id-1', 1000],
      [type, 'id-1.1', 1000],
      [type, 'id-1.2', 500],
      [type, 'id-1.3', 1],
    ];
    expect(shapes).toEqual([
      ...one('azureml.inference.model_inputs'),
      ...one('azureml.inference.model_outputs'),
    ]);
  });
});

describe('a collection', () => {
  it('has its own place in the legacy tree, by its name or as is told', async () => {
    const sidecar = await startSidecar({
      stage: 'legacy',
      designations: { scores: 'predictions', x: 'general' },
    });
    const names = [
      'model_outputs',
      'labels',
      'signals',
      'signals_web',
      'scores',
      'x',
      'Model_Inputs',
      'general_data',
    ];
    for (const name of names)
      await send(sidecar.server.url, { body: '[{"a":1}]', headers: sdkHeaders(name, name) });
    await sidecar.server.close();
    const day = '2026/11/22';
    expect(Object.keys(sidecar.legacy()).map((name) => name.slice('sub/rg/ws/svc/m/1/'.length))).toEqual([
      `general/${day}/Model_Inputs.csv`,
      `general/${day}/data.csv`,
      `general/${day}/x.csv`,
      `labels/${day}/data.csv`,
      `predictions/${day}/data.csv`,
      `signals/${day}/data.csv`,
      `signals/${day}/web.csv`,
    ]);
    const predictions = sidecar.legacy()[`sub/rg/ws/svc/m/1/predictions/${day}/data.csv`];
    // Rows that answer a request were written one by one, and so as lists.
    expect(predictions).toBe(`a,${AML}\r\n1,${TAIL('model_outputs')}\r\n1,${TAIL('scores')}\r\n`);
  });

  it('has files named as the v1 SDK named them, where that is asked for', async () => {
    const sidecar = await startSidecar({ stage: 'legacy', fileNames: 'sdk' });
    for (const name of ['model_inputs', 'labels', 'signals_web', 'general'])
      await send(sidecar.server.url, { body: '[{"a":1}]', headers: sdkHeaders(name, name) });
    await sidecar.server.close();
    const names = Object.keys(sidecar.legacy()).map((name) => name.split('/').slice(6).join('/'));
    expect(names).toEqual([
      'general/2026/11/22/default.csv',
      'inputs/2026/11/22/inputs.csv',
      'labels/2026/11/22/labels.csv',
      'signals/2026/11/22/web.csv',
    ]);
  });

  it('is one of so many at most', async () => {
    const { server } = await startSidecar({ maxCollections: 2 });
    const statuses = [];
    for (const name of ['a', 'b', 'c', 'a']) {
      statuses.push((await send(server.url, { body: '[{"a":1}]', headers: sdkHeaders(name) })).status);
    }
    expect(statuses).toEqual([200, 200, 403, 200]);
  });
});

describe('the stage', () => {
  it.each([
    ['legacy', 1, 0],
    ['dual', 1, 1],
    ['v2', 0, 1],
    ['off', 0, 0],
  ] as const)('%s writes %i legacy file and %i of events', async (stage, legacy, events) => {
    const sidecar = await startSidecar({ stage });
    expect(await send(sidecar.server.url, { body: '[{"a":1}]' })).toMatchObject({ status: 200 });
    await sidecar.server.close();
    expect([Object.keys(sidecar.legacy()).length, Object.keys(sidecar.events()).length]).toEqual([
      legacy,
      events,
    ]);
  });

  it('is what the addresses allow unless told, and one that they don’t is refused', async () => {
    expect((await startSidecar()).server.stage).toBe('dual');
    const folder = await temporaryFolder();
    const only = { port: 0, environment: {}, spool: join(folder, 'spool') };
    const { LogSidecar } = await import('../../src/serve/serve.js');
    const unset = { MDC_BRIDGE_STAGE: '', MDC_BRIDGE_STAGE_FILE: '' };
    const events = await LogSidecar.start({ ...only, events: join(folder, 'v2'), environment: unset });
    expect(events.stage).toBe('v2');
    await events.close();
    await expect(LogSidecar.start({ ...only, events: 'x', stage: 'dual' })).rejects.toThrow(
      'where the legacy tree is',
    );
    await expect(LogSidecar.start({ ...only, legacy: 'x', stage: 'v2' })).rejects.toThrow('where events go');
    await expect(LogSidecar.start(only)).rejects.toThrow('nobody has said where rows go');
  });

  it('of the environment is refused where it is misspelt, or its file may ask for a tree that is missing', async () => {
    const folder = await temporaryFolder();
    const stageFile = join(folder, 'stage');
    writeFileSync(stageFile, 'legacy');
    const only = { port: 0, spool: join(folder, 'spool'), events: join(folder, 'v2') };
    const { LogSidecar } = await import('../../src/serve/serve.js');
    const told = { MDC_BRIDGE_STAGE: 'dua' };
    await expect(LogSidecar.start({ ...only, legacy: 'x', environment: told })).rejects.toThrow(
      'MDC_BRIDGE_STAGE can\'t be "dua"',
    );
    const file = { MDC_BRIDGE_STAGE_FILE: stageFile };
    await expect(LogSidecar.start({ ...only, environment: file })).rejects.toThrow('may ask for both trees');
  });

  it('is read again from its file', async () => {
    const folder = await temporaryFolder();
    const stageFile = join(folder, 'stage');
    writeFileSync(stageFile, 'legacy');
    const sidecar = await startSidecar({ stageFile }, folder);
    await send(sidecar.server.url, { body: '[{"a":1}]' });
    writeFileSync(stageFile, 'v2\n');
    await vi.waitFor(() => expect(sidecar.server.stage).toBe('v2'), 10_000);
    await send(sidecar.server.url, { body: '[{"a":1}]', headers: { 'ce-x-request-id': 'id-2' } });
    await sidecar.server.close();
    expect(eventsIn(sidecar.events()).map(({ event }) => event.correlationid)).toEqual(['id-2']);
    expect(Object.values(sidecar.legacy()).join('')).not.toContain('id-2');
  });
});

describe('columns', () => {
  it('are dropped, masked and hashed in both layouts, and what is left is as it was sent', async () => {
    const key = 'a key of 16 bytes or more';
    const sidecar = await startSidecar({
      redact: { Name: 'mask', ssn: 'hash', secret: 'drop' },
      environment: { MDC_BRIDGE_REDACT_KEY: key },
    });
    const body =
      '[{"secret":"S3CRET","name":"Ann","ssn":123,"x":1.0},{"secret":{"a":"S3CRET"},"name":null,"ssn":9007199254740993,"x":2.5}]';
    await send(sidecar.server.url, { body });
    await send(sidecar.server.url, { body: '[{"SECRET":"S3CRET"}]', headers: { 'ce-x-request-id': 'id-2' } });
    await sidecar.server.close();
    const hash = (text: string): string => createHmac('sha256', key).update(text).digest('hex');
    const [first, second] = eventsIn(sidecar.events());
    expect(first?.line).toContain(
      `"data":[{"name":"***","ssn":"${hash('123')}","x":1.0},{"name":null,"ssn":"${hash('9007199254740993')}","x":2.5}],`,
    );
    expect(second?.line).toContain('"data":[{}],');
    const csv = Object.values(sidecar.legacy()).join('');
    expect(csv).toContain(`name,ssn,x,${AML}\r\n***,${hash('123')},1.0,`);
    expect(csv).toContain(`\n,${hash('9007199254740993')},2.5,`);
    expect(JSON.stringify([sidecar.legacy(), sidecar.events()])).not.toContain('S3CRET');
  });

  it('of dates are dates in the legacy CSV, to the part that all need', async () => {
    const sidecar = await startSidecar({ dateColumns: ['d', 'day'] });
    const body = '[{"d":1704164645678,"day":1704153600000,"n":1704164645678},{"d":-1000,"day":null,"n":1}]';
    await send(sidecar.server.url, { body });
    await sidecar.server.close();
    const [csv = ''] = Object.values(sidecar.legacy());
    expect(csv).toContain('2024-01-02 03:04:05.678,2024-01-02,1704164645678,');
    expect(csv).toContain('\n1969-12-31 23:59:59.000,,1,');
    expect(eventsIn(sidecar.events())[0]?.line).toContain(body);
  });

  it('that are the same by a reader of events are renamed in events, as a conversion renames them', async () => {
    const sidecar = await startSidecar();
    await send(sidecar.server.url, { body: '[{"":1,"correlationid":"x","A":2,"a":3}]' });
    await sidecar.server.close();
    expect(eventsIn(sidecar.events())[0]?.line).toContain(
      '"data":[{"column_0":1,"correlationid_1":"x","A":2,"A_1":3}],',
    );
    expect(Object.values(sidecar.legacy()).join('')).toContain(`,correlationid,A,a,${AML}\r\n1,x,2,3,`);
  });

  it('that a row lacks are empty in the CSV, and absent in the event', async () => {
    const sidecar = await startSidecar();
    await send(sidecar.server.url, { body: '[{"a":1},{"b":"x","a":2}]' });
    await sidecar.server.close();
    expect(eventsIn(sidecar.events())[0]?.line).toContain('"data":[{"a":1},{"b":"x","a":2}],');
    expect(Object.values(sidecar.legacy()).join('')).toMatch(/^a,b,\$aml.*\r\n1,,id-1.*\n2,x,id-1/);
  });
});

it('a call that one layout can’t have is written to neither, and its place is free', async () => {
  const sidecar = await startSidecar({ dateColumns: ['d'] });
  // A date that Python does not have.
  expect(await send(sidecar.server.url, { body: '[{"d":-99999999999999}]' })).toMatchObject({ status: 400 });
  expect(await send(sidecar.server.url, { body: '[{"d":0}]' })).toMatchObject({ status: 200 });
  await sidecar.server.close();
  expect(eventsIn(sidecar.events()).map(({ event }) => [event.correlationid, event.data])).toEqual([
    ['id-1', [{ d: 0 }]],
  ]);
});

it('after an answer 200 the rows are in the spool, and a start on the same folder writes them', async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'other'));
  const { LogSidecar } = await import('../../src/serve/serve.js');
  const options = {
    port: 0,
    events: join(folder, 'v2'),
    spool: join(folder, 'spool'),
    environment: {},
    flushMs: 3_600_000,
  } as const;
  const first = await LogSidecar.start(options);
  expect(await send(first.url, { body: '[{"x":"in the spool"}]' })).toMatchObject({ status: 200 });
  expect(Object.values(filesIn(join(folder, 'spool'))).join('')).toContain('in the spool');
  await first.close();
  await sleep(0);
  expect(eventsIn(filesIn(join(folder, 'v2')))).toHaveLength(1);
});
