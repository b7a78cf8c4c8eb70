import { expect, test } from 'vitest';
import { PackedList } from '../../src/convert/packed-list.js';
import type { Plan } from '../../src/convert/plan-file.js';
import { parsePlanJson, planJson } from '../../src/convert/plan-json.js';
import { file, plan } from '../cli/render/sample-plan.js';

const FILES = [file({ source: 'a.csv' }), file({ source: 'b"é\n.csv' }), file({ source: 'c.csv', size: 3 })];

function textOf(of: Plan): string {
  return [...planJson(of)].join('');
}

/** In chunks of so many bytes. */
function reader(text: string, size = 7): { open: () => AsyncGenerator<Uint8Array>; opened: () => number } {
  const bytes = Buffer.from(text);
  let times = 0;
  return {
    opened: () => times,
    open: async function* () {
      times += 1;
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    },
  };
}

test.each([0, 1, 3])('is one JSON document in which each of %d files is a line', (files) => {
  const made = plan({ files: FILES.slice(0, files) });
  const text = textOf(made);
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(made)));
  const lines = text.split('\n').filter((line) => line.startsWith('    {"source":'));
  expect(lines).toHaveLength(files);
});

test('is the same of an array of files and of a packed list', () => {
  expect(textOf(plan({ files: PackedList.from(FILES) }))).toBe(textOf(plan({ files: FILES })));
});

test.each([1, 7, 100_000])('comes back line by line, in chunks of %d bytes', async (size) => {
  const made = plan({ files: FILES });
  const { open, opened } = reader(textOf(made), size);
  const value = (await parsePlanJson(open)) as Plan;
  expect(value.files).toBeInstanceOf(PackedList);
  expect({ ...value, files: [...value.files] }).toEqual(JSON.parse(JSON.stringify(made)));
  expect(Object.keys(value)).toEqual(Object.keys(made));
  expect(opened()).toBe(1);
});

test.each<[string, (text: string) => string]>([
  ['is indented otherwise', (text) => JSON.stringify(JSON.parse(text), null, 3)],
  ['has no line feed at all', (text) => JSON.stringify(JSON.parse(text))],
  ['has CRLF', (text) => text.replaceAll('\n', '\r\n')],
  ['has a file spread over lines', (text) => text.replace('"size":3', '\n      "size": 3')],
  ['has two files on a line', (text) => text.replace(',\n    {"source":"c.csv"', ',{"source":"c.csv"')],
])('a text that %s is read whole, and says the same', async (_, edit) => {
  const made = plan({ files: FILES });
  const edited = edit(textOf(made));
  expect(edited).not.toBe(textOf(made));
  const { open, opened } = reader(edited);
  expect(await parsePlanJson(open)).toEqual(JSON.parse(JSON.stringify(made)));
  expect(opened()).toBe(2);
});

test.each<[string, (text: string) => string]>([
  [
    'a comma is missing between two files',
    (text) => text.replace(',\n    {"source":"c.csv"', '\n    {"source":"c.csv"'),
  ],
  ['the last file has a comma behind it', (text) => text.replace('}\n  ],', '},\n  ],')],
  ['a file is cut short', (text) => text.replace('"size":3', '"size":')],
  ['it ends among the files', (text) => text.slice(0, text.indexOf('c.csv'))],
  ['it is empty', () => ''],
])('it is no JSON where %s', async (_, edit) => {
  const edited = edit(textOf(plan({ files: FILES })));
  expect(() => JSON.parse(edited)).toThrow(SyntaxError);
  await expect(parsePlanJson(reader(edited).open)).rejects.toThrow(SyntaxError);
});

test('what lies deeper than the plan’s own files is not taken for them', async () => {
  const text = '{\n  "a": {\n  "files": [\n    {"b":1}\n  ]\n  }\n}\n';
  expect(await parsePlanJson(reader(text).open)).toEqual({ a: { files: [{ b: 1 }] } });
});
