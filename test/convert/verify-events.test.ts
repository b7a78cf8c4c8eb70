import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { correlated, header, makePair, marksOf, removePair, type TreePair } from './verify/good-tree.js';

const A = 'a0000000-0000-4000-8000-00000000000a';
const B = 'b0000000-0000-4000-8000-00000000000b.7';
const TIME = '2024-02-29T10:00:00.5';

let good: TreePair;
let name: string;
beforeAll(async () => {
  const rows = correlated('1,é', A, TIME) + correlated('2,y', A, TIME) + correlated('3,z', B, TIME, 'req');
  good = await makePair({ 'inputs/2024/02/29/inputs.csv': header('n,s') + rows });
  [name = ''] = await good.events();
});
afterAll(async () => removePair(good));

/** Changes the first line's text, and gives what is found as `mark rows column: legacy → v2`. */
async function findings(change: (line: string) => string): Promise<string[]> {
  const pair = await good.copy();
  await pair.edit(name, ([a = '', ...rest]) => [change(a), ...rest]);
  const { findings: found, ok } = await pair.verify();
  expect(ok).toBe(false);
  return found.map(({ mark, rows, text, differences: [d] }) =>
    d === undefined ? `${mark}${rows} ${text}` : `${mark}${rows} ${d.column}: ${d.legacy} → ${d.v2}`,
  );
}

describe("An event's attribute that is not what the source asks for is the one finding:", () => {
  const cases: readonly (readonly [attribute: string, value: string])[] = [
    ['specversion', '1.1'],
    ['id', '587ccacf-81c2-81eb-b1d5-590acd90b1ab'],
    ['source', '/subscriptions/other'],
    ['type', 'azureml.inference.model_outputs'],
    ['datacontenttype', 'text/plain'],
    ['time', '2024-02-29T10:00:00.50Z'],
    ['contentrange', 'bytes 0-1/2'],
    ['correlationid', 'another'],
    ['xrequestid', 'another'],
    ['modelversion', '1'],
    ['collectdatatype', 'list'],
    ['agent', 'mdc-bridge/2'],
  ];
  test.each(cases)('%s', async (attribute, value) => {
    const found = await findings((line) =>
      line.replace(new RegExp(`"${attribute}":"[^"]*"`), `"${attribute}":${JSON.stringify(value)}`),
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^\*0 /);
    expect(found[0]).toContain(`${attribute}: `);
    expect(found[0]).toContain(` → ${value}`);
  });

  test('one that is missing', async () => {
    expect(await findings((line) => line.replace('"modelversion":"default",', ''))).toEqual([
      '*0 modelversion: default → undefined',
    ]);
  });

  test('one that is no string', async () => {
    expect(await findings((line) => line.replace('"modelversion":"default"', '"modelversion":1'))).toEqual([
      '*0 modelversion: default → 1',
    ]);
  });

  test('one too many', async () => {
    expect(await findings((line) => line.replace('"agent"', '"subject":"x","agent"'))).toEqual([
      '*0 subject: undefined → "x"',
    ]);
  });

  test('one that stands twice', async () => {
    const found = await findings((line) => line.replace('"agent"', '"modelversion":"default","agent"'));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^\*0 attributes: /);
  });

  test('two that have changed places', async () => {
    const found = await findings((line) =>
      line.replace(
        /("specversion":"1.0"),("id":"[^"]*")/,
        (_, first: string, second: string) => `${second},${first}`,
      ),
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^\*0 attributes: specversion,id,.* → id,specversion,/);
  });

  test('none of them, but a space between two', async () => {
    expect(await findings((line) => line.replace(',"agent"', ', "agent"'))).toEqual([
      "*0 the event's attributes are right but written otherwise (spaces or escapes)",
    ]);
  });

  test('none of them, but something between the rows and what follows', async () => {
    const found = await findings((line) => line.replace('],"contentrange"', '],"id":"x","contentrange"'));
    expect(found.some((finding) => finding.startsWith('*0 id: '))).toBe(true);
  });
});

describe('Rows that the consumer would not read as they are written are found:', () => {
  /** The line with its contentrange made right again. */
  const exact = (line: string): string => {
    const bytes = Buffer.byteLength(/"data":(.*),"contentrange"/.exec(line)?.[1] ?? '');
    return line.replace(/bytes 0-\d+\/\d+/, `bytes 0-${bytes - 1}/${bytes}`);
  };

  test('a key that stands twice', async () => {
    expect(await findings((line) => exact(line.replace('{"n":1,', '{"n":1,"n":1,')))).toEqual([
      '*1 row 0 of the event: a key stands twice in the row',
    ]);
  });

  test('keys in another order than the columns', async () => {
    expect(await findings((line) => exact(line.replace('{"n":2,"s":"y"}', '{"s":"y","n":2}')))).toEqual([
      '*1 row 1 of the event: the keys stand in another order than the columns',
    ]);
  });

  test('a key too many', async () => {
    expect(await findings((line) => exact(line.replace('"s":"y"}', '"s":"y","t":0}')))).toEqual([
      '*1 t: undefined → 0',
    ]);
  });

  test('a key that is missing', async () => {
    expect(await findings((line) => exact(line.replace(',"s":"y"}', '}')))).toEqual(['*1 s: y → undefined']);
  });

  test('a key in another case', async () => {
    expect(await findings((line) => exact(line.replace('"s":"y"', '"S":"y"')))).toEqual([
      '*1 s: y → undefined',
    ]);
  });

  test('a character that is escaped and need not be', async () => {
    expect(await findings((line) => exact(line.replace('é', '\\u00e9')))).toEqual([
      '*1 row 0 of the event: the values are right but written otherwise (spaces or escapes)',
    ]);
  });

  test('a number in quotes', async () => {
    expect(await findings((line) => exact(line.replace('{"n":2', '{"n":"2"')))).toEqual(['*1 n: 2 → "2"']);
  });
});

describe('A line that a strict reader fails on can not be read:', () => {
  test('a bare NaN', async () => {
    const found = await findings((line) => line.replace('{"n":2', '{"n":NaN'));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^!2 the event can't be read: it is not valid JSON/);
  });

  test('two objects on one line', async () => {
    const found = await findings((line) => `${line}{}`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^!2 the event can't be read: it is not valid JSON/);
  });

  test.each([
    ['an object', '{}', 'its data is no array of rows'],
    ['a string', '"x"', 'its data is no array of rows'],
    ['an empty array', '[]', 'its data is an empty array'],
    ['an array of numbers', '[1,2]', 'its data holds something else than row objects'],
  ])('data that is %s', async (_, data, why) => {
    expect(
      await findings((line) => line.replace(/"data":.*,"contentrange"/, `"data":${data},"contentrange"`)),
    ).toEqual([`!2 the event can't be read: ${why}`]);
  });

  test('a blank line', async () => {
    expect(await findings((line) => `${line}\n`)).toEqual([
      '!0 the line is blank: strict readers fail on it',
    ]);
  });

  test('bytes that are not UTF-8', async () => {
    const pair = await good.copy();
    const bytes = Buffer.from(await pair.read(name));
    bytes[bytes.indexOf('é')] = 0xff;
    await pair.write(name, bytes);
    const report = await pair.verify();
    expect(marksOf(report)).toEqual(['!2']);
    expect(report.findings[0]?.text).toContain('not valid UTF-8');
  });

  test('a last line without a newline, though its event is whole', async () => {
    const pair = await good.copy();
    await pair.write(name, (await pair.read(name)).trimEnd());
    const report = await pair.verify();
    expect(marksOf(report)).toEqual(['!0']);
    expect(report.totals).toMatchObject({ same: 3, unreadable: 0 });
  });

  test('a line that shows no id where an event should be', async () => {
    expect(await findings(() => '{"specver')).toEqual([expect.stringMatching(/^!2 the event can't be read/)]);
  });
});

describe('Events that are lost, added or out of order', () => {
  test('disturb no other event', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => correlated(`${i},x`, `call-${i}`, TIME)).join('');
    const pair = await makePair({ 'inputs/2024/02/29/inputs.csv': header('n,s') + rows });
    const [file = ''] = await pair.events();
    await pair.edit(file, (lines) => {
      const other = (lines[3] ?? '').replaceAll('call-3', 'stranger');
      return [...lines.slice(0, 10), other, ...lines.slice(11, 30), ...lines.slice(31)];
    });
    const report = await pair.verify();
    expect(marksOf(report)).toEqual(['-1', '-1', '+1']);
    expect(report.totals).toMatchObject({ same: 48, lost: 2, extra: 1 });
    await removePair(pair);
  });

  test('are told as one finding a file when only their order differs', async () => {
    const pair = await good.copy();
    await pair.edit(name, ([a = '', b = '']) => [b, a]);
    const report = await pair.verify();
    expect(marksOf(report)).toEqual(['*0']);
    expect(report.findings[0]?.text).toContain('order of their first rows');
  });
});
