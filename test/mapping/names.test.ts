import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MdcBridgeError } from '../../src/errors.js';
import { collectionNameOf, type LegacyNames, legalName, mapNames } from '../../src/mapping/names.js';
import { type MappingOptions, resolveSettings } from '../../src/mapping/settings.js';
import { anyText } from '../support/any-text.js';

const LEGACY: LegacyNames = {
  workspace: 'sub/rg/ws',
  service: 'aks-w-collv9',
  model: 'best_model',
  version: '10',
  designation: 'inputs',
  collectionName: '',
};

const map = (names: Partial<LegacyNames>, options: MappingOptions = {}): string =>
  Object.values(mapNames({ ...LEGACY, ...names }, resolveSettings(options))).join('/');

const sha6 = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 6);

describe('a name made legal', () => {
  const table: readonly (readonly [rule: string, text: string, dashes: string, underscores: string])[] = [
    ['stays as it is when it is legal, its case too', 'aks-Credit-2', 'aks-Credit-2', 'aks_Credit_2'],
    ['has one separator for a run of other characters', 'a  b..c', 'a-b-c', 'a_b_c'],
    ['has one for a run that holds the separator itself', 'a_-_b --c', 'a-b-c', 'a_b_c'],
    ['never has two in a row where they were written', 'a--b__c', 'a-b-c', 'a_b_c'],
    ['takes letters beyond ASCII for other characters', 'modèle été', 'mod-le-t', 'mod_le_t'],
    ['is trimmed at its ends', '-_. abc .-_', 'abc', 'abc'],
    ['has m before what does not start with a letter', '10-x', 'm-10-x', 'm_10_x'],
    ['is trimmed before it gets its m', '--9lives', 'm-9lives', 'm_9lives'],
    ['under three characters has a 0 behind', 'ab', 'ab-0', 'ab_0'],
    ['of one character has a 0 behind', 'a', 'a-0', 'a_0'],
    ['of one digit has an m before and is long enough', '7', 'm-7', 'm_7'],
    ['of nothing has an m before and a 0 behind, and one separator', '', 'm-0', 'm_0'],
    ['of no legal character too', '日本', 'm-0', 'm_0'],
    ['of 32 characters stays', 'a'.repeat(32), 'a'.repeat(32), 'a'.repeat(32)],
  ];
  for (const [rule, text, dashes, underscores] of table) {
    it(`${rule}: ${JSON.stringify(text)} → ${dashes}`, () => {
      expect([legalName(text, '-'), legalName(text, '_')]).toEqual([dashes, underscores]);
    });
  }

  it('over 32 characters is cut to 25 and told apart by 6 digits of a hash', () => {
    const text = 'abcdefghijklmnopqrstuvwxyz-1234567';
    expect(legalName(text, '-')).toBe(`abcdefghijklmnopqrstuvwxy-${sha6(text)}`);
    expect(legalName(text, '-')).toHaveLength(32);
  });

  it('loses a separator at the cut', () => {
    const text = `${'a'.repeat(24)}-bcdefghijk`;
    expect(legalName(text, '-')).toBe(`${'a'.repeat(24)}-${sha6(text)}`);
  });

  it('is told apart by the hash of the untouched text, before any rule', () => {
    const [a, b] = [`${'x'.repeat(40)} y`, `${'x'.repeat(40)}_y`];
    expect(legalName(a, '-')).toBe(`${'x'.repeat(25)}-${sha6(a)}`);
    expect(legalName(a, '-')).not.toBe(legalName(b, '-'));
  });

  it('is cut after its m was added', () => {
    const text = '1'.repeat(31);
    expect(legalName(text, '-')).toBe(`m-${'1'.repeat(23)}-${sha6(text)}`);
  });

  it('is always legal, and legal names stay (property)', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText(60), fc.string({ unit: fc.constantFrom('a', '1', '-', '_'), maxLength: 40 })),
        fc.constantFrom('-' as const, '_' as const),
        (text, separator) => {
          const name = legalName(text, separator);
          expect(name).toMatch(/^[A-Za-z](?:[-_]?[A-Za-z0-9])+$/);
          expect(name).not.toContain(separator === '-' ? '_' : '-');
          expect(name.length).toBeGreaterThanOrEqual(3);
          expect(name.length).toBeLessThanOrEqual(32);
          expect(legalName(name, separator)).toBe(name);
        },
      ),
    );
  });
});

describe('endpoint, deployment and collection', () => {
  it('are the service, {model}-{version} and the designation’s collection', () => {
    expect(map({})).toBe('aks-w-collv9/best-model-10/model_inputs');
    expect(map({ designation: 'predictions' })).toBe('aks-w-collv9/best-model-10/model_outputs');
    expect(map({ designation: 'labels' })).toBe('aks-w-collv9/best-model-10/labels');
    expect(map({ service: 'Svc_Types', model: 'credit risk', version: '3' })).toBe(
      'Svc-Types/credit-risk-3/model_inputs',
    );
  });

  it('have the collection name behind signals and general', () => {
    expect(map({ designation: 'signals', collectionName: 'web' })).toBe(
      'aks-w-collv9/best-model-10/signals_web',
    );
    expect(map({ designation: 'general' })).toBe('aks-w-collv9/best-model-10/general');
  });

  it('take an unknown designation as a collection of its name, or of the name that --map gives', () => {
    expect(map({ designation: 'raw' })).toBe('aks-w-collv9/best-model-10/raw');
    expect(map({ designation: 'raw' }, { map: { raw: 'model_inputs' } })).toBe(
      'aks-w-collv9/best-model-10/model_inputs',
    );
    expect(map({ designation: 'toString' }, { map: { raw: 'x' } })).toBe(
      'aks-w-collv9/best-model-10/toString',
    );
    expect(map({ designation: '__proto__' }, { map: { raw: 'x' } })).toBe('aks-w-collv9/best-model-10/proto');
  });

  it('are templates of all the legacy names', () => {
    const options = {
      endpoint: '{sub}-{rg}-{ws}',
      deployment: '{service}',
      collection: '{designation}_{collection}',
    };
    expect(map({ designation: 'signals', collectionName: 'web' }, options)).toBe(
      'sub-rg-ws/aks-w-collv9/signals_web',
    );
    expect(map({}, { endpoint: 'all', deployment: 'v{version}-{version}' })).toBe('all/v10-10/model_inputs');
  });

  it('take a workspace of fewer than three segments as all workspace', () => {
    expect(map({ workspace: 'a/b' }, { endpoint: '{sub}.{rg}.{ws}' })).toBe('a-b/best-model-10/model_inputs');
  });

  it('do not read a part of a name as a template, nor $ as a pattern', () => {
    expect(map({ service: '{version}', model: '$&$1' })).toBe('version/m-1-10/model_inputs');
  });

  it('refuse a template with an unknown part, and list the parts', () => {
    const mapped = (): unknown => map({}, { endpoint: '{webservice}' });
    expect(mapped).toThrow(MdcBridgeError);
    expect(mapped).toThrow('unknown part {webservice}');
    expect(() => map({}, { endpoint: '{constructor}' })).toThrow('unknown part {constructor}');
  });
});

describe('the collection name in a file’s name', () => {
  it('is its stem, for signals and general, and none for default and data', () => {
    expect(collectionNameOf('signals', 'web.csv')).toBe('web');
    expect(collectionNameOf('general', 'a.b.csv')).toBe('a.b');
    expect(collectionNameOf('signals', 'default.csv')).toBe('');
    expect(collectionNameOf('general', 'data.csv')).toBe('');
    expect(collectionNameOf('inputs', 'web.csv')).toBe('');
    expect(collectionNameOf('raw', 'web.csv')).toBe('');
  });
});
