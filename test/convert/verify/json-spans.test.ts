import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrayElements, objectMembers, skipValue } from '../../../src/convert/verify/json-spans.js';

describe('The parts of a JSON text', () => {
  test('are those that JSON.parse finds, however it is written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.constantFrom(0, 1, '\t'),
        (value, indent) => {
          const text = JSON.stringify(value, null, indent);
          const members = objectMembers(text);
          expect(members.map(({ key }) => key)).toEqual(Object.keys(JSON.parse(text)));
          for (const { key, from, to } of members)
            expect(JSON.parse(text.slice(from, to))).toEqual(JSON.parse(text)[key]);
        },
      ),
    );
  });

  test('are the elements of an array, from any place in a text', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 2), (value, indent) => {
        const text = `before ${JSON.stringify(value, null, indent)} behind`;
        const from = text.indexOf('[');
        const elements = arrayElements(text, from).map((span) => JSON.parse(text.slice(span.from, span.to)));
        expect(elements).toEqual(JSON.parse(JSON.stringify(value)));
        expect(skipValue(text, from)).toBe(text.length - ' behind'.length);
      }),
    );
  });

  test('hold a doubled key twice, in the order in which it is written', () => {
    const text = '{"b":1,"10":2,"b":{"b":[]},"a\\"":"}"}';
    expect(objectMembers(text).map(({ key, from, to }) => `${key}=${text.slice(from, to)}`)).toEqual([
      'b=1',
      '10=2',
      'b={"b":[]}',
      'a"="}"',
    ]);
  });
});
