import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../src/csv/byte-string.js';
import { formatEventLine } from '../../src/event/jsonl.js';
import { anyText } from '../support/any-text.js';

const ENVELOPE = {
  id: '587ccacf-81c2-81eb-b1d5-590acd90b1ab',
  source: '/workspaces/default/onlineEndpoints/e/deployments/d',
  collection: 'model_inputs',
  time: '2018-12-30T01:12:06.050Z',
  correlationId: '4331a496-194d-41db-882d-3142ef07677f',
  requestId: '4331a496-194d-41db-882d-3142ef07677f',
};

describe('an event’s line', () => {
  it('is one JSON object and a newline, its attributes in the documented order', () => {
    expect(formatEventLine(ENVELOPE, { data: '[{"a":1e-07}]' })).toBe(
      '{"specversion":"1.0","id":"587ccacf-81c2-81eb-b1d5-590acd90b1ab",' +
        '"source":"/workspaces/default/onlineEndpoints/e/deployments/d","type":"azureml.inference.model_inputs",' +
        '"datacontenttype":"application/json","time":"2018-12-30T01:12:06.050Z","data":[{"a":1e-07}],' +
        '"contentrange":"bytes 0-12/13","correlationid":"4331a496-194d-41db-882d-3142ef07677f",' +
        '"xrequestid":"4331a496-194d-41db-882d-3142ef07677f","modelversion":"default",' +
        '"collectdatatype":"pandas.core.frame.DataFrame","agent":"mdc-bridge/1"}\n',
    );
  });

  it('counts the bytes of data as they stand, escapes included', () => {
    const data = encodeText('[{"a":"é\\n😀"}]');
    const line = Buffer.from(formatEventLine(ENVELOPE, { data }), 'latin1').toString('utf8');
    expect(JSON.parse(line)).toMatchObject({ data: [{ a: 'é\n😀' }], contentrange: 'bytes 0-17/18' });
  });

  it('has the address of the rows, and their size, where they lie in a file of their own', () => {
    const dataref = 'https://a.blob.core.windows.net/c/e/d/x.json';
    const line = formatEventLine(ENVELOPE, { dataref, bytes: 4_194_305 });
    const event = JSON.parse(line) as Record<string, unknown>;
    expect(event).toMatchObject({ dataref, contentrange: 'bytes 0-4194304/4194305' });
    expect(Object.keys(event)[6]).toBe('dataref');
    expect(event).not.toHaveProperty('data');
  });

  it('is one line that reads back, whatever the correlation ids are (property)', () => {
    fc.assert(
      fc.property(anyText(20), anyText(20), (correlationId, requestId) => {
        const envelope = {
          ...ENVELOPE,
          correlationId: encodeText(correlationId),
          requestId: encodeText(requestId),
        };
        const line = formatEventLine(envelope, { data: '[{}]' });
        expect(line.indexOf('\n')).toBe(line.length - 1);
        const event = JSON.parse(Buffer.from(line, 'latin1').toString('utf8')) as unknown;
        expect(event).toMatchObject({ correlationid: correlationId, xrequestid: requestId });
      }),
    );
  });
});
