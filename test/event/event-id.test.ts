import { describe, expect, it } from 'vitest';
import { encodeText } from '../../src/csv/byte-string.js';
import { correlatedEventId, uncorrelatedEventId } from '../../src/event/event-id.js';

describe('deterministic event ids', () => {
  it('are those of the vectors in the mapping, for correlated rows', () => {
    const id = '4331a496-194d-41db-882d-3142ef07677f';
    expect(correlatedEventId('model_inputs', id)).toBe('587ccacf-81c2-81eb-b1d5-590acd90b1ab');
    expect(correlatedEventId('model_outputs', id)).toBe('dcb35eca-3c3f-8c0f-8963-93e520bf74bb');
  });

  it('hash the UTF-8 bytes of a correlation id', () => {
    const id = encodeText('cust,0 é-b322a398-f51e-4d62-a22f-12cf4b23b6ba.1');
    expect(correlatedEventId('model_inputs', id)).toBe('d8754cdb-3347-82a2-9cb0-7e3d4f13adfa');
  });

  it('name the source and the first row of uncorrelated rows', () => {
    const source = '1a2b/rg/ws/svc/credit risk/3/signals/2018/12/30/web.csv';
    expect(uncorrelatedEventId('signals_web', source, 0)).toBe('72cac823-3c1c-8cfc-ad99-4800c7e276e7');
  });
});
