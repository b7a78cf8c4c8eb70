import { describe, expect, it } from 'vitest';
import { resolveCollector } from '../../src/collect/collector-settings.js';
import { TargetNames } from '../../src/collect/rows/target-names.js';
import { collectionOfBlob, designationOf } from '../../src/serve/collection-names.js';

describe('a collection and its blobs', () => {
  it.each([
    ['model_inputs', 'inputs', undefined],
    ['model_outputs', 'predictions', undefined],
    ['labels', 'labels', undefined],
    ['signals', 'signals', undefined],
    ['general', 'general', undefined],
    ['signals_web', 'signals', 'web'],
    ['clicks', 'general', 'clicks'],
  ] as const)('%s is %s, and is known again by its blob', (name, designation, collectionName) => {
    expect(designationOf(name, {})).toEqual({
      designation,
      ...(collectionName === undefined ? {} : { collectionName }),
    });
    for (const fileNames of ['data', 'sdk'] as const) {
      const settings = resolveCollector('m', designation, undefined, {
        environment: {},
        fileNames,
        ...(collectionName === undefined ? {} : { collectionName }),
      });
      expect(collectionOfBlob(new TargetNames(settings).own(Date.UTC(2026, 10, 22)))).toBe(name);
    }
    expect(collectionOfBlob(`endpoint/deployment/${name}/2026/11/22/10/x.jsonl`)).toBe(name);
  });

  it('a blob that is of no layout tells none', () => {
    expect(collectionOfBlob('somewhere/else.csv')).toBe('');
  });
});
