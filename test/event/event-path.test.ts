import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatCollectionPath,
  formatDatarefPath,
  formatEventPath,
  hourOf,
  instanceName,
  parseEventPath,
} from '../../src/event/event-path.js';

const PATH = {
  endpoint: 'aks-credit',
  deployment: 'best-model-10',
  collection: 'model_inputs',
  hour: '2018/12/30/01',
  instance: '2cb4f3a0c1de4d6c8f2e7b9a5d3c1f00000000',
};

describe('an event file’s name', () => {
  it('is endpoint/deployment/collection/yyyy/MM/dd/HH/instance.jsonl', () => {
    expect(formatEventPath(PATH)).toBe(
      'aks-credit/best-model-10/model_inputs/2018/12/30/01/2cb4f3a0c1de4d6c8f2e7b9a5d3c1f00000000.jsonl',
    );
    expect(formatCollectionPath(PATH)).toBe('aks-credit/best-model-10/model_inputs');
  });

  it('gives its parts back (property)', () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,10}$/);
    const hour = fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => hourOf(date.toISOString()));
    const path = fc.record({
      endpoint: segment,
      deployment: segment,
      collection: segment,
      hour,
      instance: segment,
    });
    fc.assert(
      fc.property(path, (parts) => {
        expect(parseEventPath(formatEventPath(parts))).toEqual({ ...parts });
      }),
    );
  });

  it('is no such name with other levels of time, another suffix, or a hidden segment', () => {
    for (const name of [
      'e/d/c/2018/12/30/x.jsonl',
      'e/d/c/2018/12/30/01/02/x.jsonl',
      'e/d/c/2018/12/30/1/x.jsonl',
      'e/d/c/2018/12/30/01/x.json',
      'e/d/c/2018/12/30/01/x.JSONL',
      'e/d/c/2018/12/30/01/x.jsonl.gz',
      'e/d/c/2018/12/30/01/files/x.json',
      'e/d/2018/12/30/01/x.jsonl',
      'root/e/d/c/2018/12/30/01/x.jsonl',
      '_e/d/c/2018/12/30/01/x.jsonl',
      'e/.d/c/2018/12/30/01/x.jsonl',
      'e/d/c/2018/12/30/01/_x.jsonl',
      '/d/c/2018/12/30/01/x.jsonl',
      '_migration/x/rejects/y.jsonl',
    ]) {
      expect(parseEventPath(name), name).toBeUndefined();
    }
  });
});

describe('rows in a file of their own', () => {
  it('lie below their hour under a name that no consumer takes for events', () => {
    const name = formatDatarefPath(PATH, '587ccacf-81c2-81eb-b1d5-590acd90b1ab');
    expect(name).toBe(
      'aks-credit/best-model-10/model_inputs/2018/12/30/01/files/587ccacf-81c2-81eb-b1d5-590acd90b1ab.json',
    );
    expect(parseEventPath(name)).toBeUndefined();
  });
});

describe('the hour folder', () => {
  it('is the UTC hour of the time, whatever its fraction', () => {
    expect(hourOf('2018-12-30T01:12:06Z')).toBe('2018/12/30/01');
    expect(hourOf('2018-12-30T23:59:59.999999Z')).toBe('2018/12/30/23');
  });
});

describe('an instance name', () => {
  it('is 32 hex digits of SHA-256 over container, NUL and source name, then 000000', () => {
    const digest = createHash('sha256')
      .update('modeldata')
      .update(Buffer.of(0))
      .update('a/é.csv')
      .digest('hex');
    expect(instanceName('modeldata', 'a/é.csv')).toBe(`${digest.slice(0, 32)}000000`);
    expect(instanceName('modeldata', 'a/é.csv')).toMatch(/^[0-9a-f]{32}000000$/);
  });

  it('differs by container and by source', () => {
    const names = [
      instanceName('a', 'b/c'),
      instanceName('a', 'b/d'),
      instanceName('ab', '/c'),
      instanceName('b', 'b/c'),
    ];
    expect(new Set(names).size).toBe(4);
  });
});
