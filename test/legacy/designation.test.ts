import { describe, expect, it } from 'vitest';
import { DESIGNATIONS, parseDesignationSegment, takesCollectionName } from '../../src/legacy/designation.js';

describe('the path segment before the date', () => {
  it('is one of the five designations', () => {
    for (const designation of DESIGNATIONS) {
      expect(parseDesignationSegment(designation)).toEqual({ kind: 'known', designation, prefix: '' });
    }
  });

  it('is general where it says default', () => {
    expect(parseDesignationSegment('default')).toEqual({ kind: 'known', designation: 'general', prefix: '' });
  });

  it('that only ends in a designation has the storage path as its prefix', () => {
    expect(parseDesignationSegment('yinputs')).toEqual({
      kind: 'known',
      designation: 'inputs',
      prefix: 'y',
    });
    expect(parseDesignationSegment('my-signals')).toMatchObject({ designation: 'signals', prefix: 'my-' });
  });

  it('is matched by case, so Inputs is free text, as is any other identifier', () => {
    for (const segment of ['Inputs', 'raw', 'inputs2', 'xdefault', 'LABELS']) {
      expect(parseDesignationSegment(segment)).toEqual({ kind: 'free', designation: segment });
    }
  });
});

describe('a collection name', () => {
  it('is taken by signals and general only', () => {
    expect(DESIGNATIONS.filter(takesCollectionName)).toEqual(['signals', 'general']);
    expect(takesCollectionName('raw')).toBe(false);
  });
});
