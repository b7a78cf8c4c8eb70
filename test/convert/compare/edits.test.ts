import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Files, findings, inputs, row, TwoTrees } from './trees.js';

const RUNS = { numRuns: 15 };

/** Calls of 1 to 3 rows: an integer that tells rows apart, a float, a text, a boolean. */
interface Sample {
  readonly files: Files;
  readonly calls: number;
  /** One of them, to be edited. */
  readonly at: number;
}

const text: fc.Arbitrary<string> = fc.oneof(
  fc.stringMatching(/^[a-z]{1,6}$/),
  fc.constantFrom('"a,b"', '"say ""so"""', 'naïve ☃', '"two\r\nlines"', '05601', "{'a': 1}", 'x\ty'),
);
const float: fc.Arbitrary<string> = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-5, max: 1e15 }).map((x) => {
    const digits = String(x);
    return digits.includes('.') ? digits : `${digits}.5`;
  }),
  fc.constantFrom('1e-07', '1.50', '-0.25', '12345678901234567890.125'),
);

function samples(least: number): fc.Arbitrary<Sample> {
  const cells = fc.tuple(float, text, fc.constantFrom('True', 'False'));
  const calls = fc.array(fc.array(cells, { minLength: least, maxLength: 3 }), { minLength: 2, maxLength: 8 });
  return fc.tuple(calls, fc.nat()).map(([made, at]) => {
    const numbers = made.flat().keys();
    const rows = made.flatMap((call, i) =>
      call.map(([x, y, z]) => row(`${numbers.next().value},${x},${y},${z}`, `id-${i}`)),
    );
    return { files: inputs('n,x,y,z', ...rows), calls: made.length, at: at % made.length };
  });
}

/** Edits the rows of one event, and compares. */
async function edited(
  sample: Sample,
  edit: (data: string) => string,
): Promise<ReturnType<TwoTrees['compare']>> {
  const trees = await TwoTrees.of(sample.files);
  await trees.editData((data, index) => (index === sample.at ? edit(data) : data));
  return await trees.compare();
}

interface Case {
  readonly title: string;
  readonly edit: (data: string) => string;
  readonly difference: Readonly<Record<string, unknown>>;
}

const DIFFERENCES: readonly Case[] = [
  {
    title: 'a digit',
    edit: (data) => data.replace(/"n":(\d+)/, (_, n: string) => `"n":${Number(n) + 1000}`),
    difference: { row: 0, column: 'n' },
  },
  {
    title: 'a number that became text',
    edit: (data) => data.replace(/"n":(\d+)/, '"n":"$1"'),
    difference: { row: 0, column: 'n', v2: expect.stringMatching(/^"\d+"$/) },
  },
  {
    title: 'a value that became null',
    edit: (data) => data.replace(/"z":(true|false)/, '"z":null'),
    difference: { row: 0, column: 'z', v2: 'null' },
  },
  {
    title: 'a column more, though it be null',
    edit: (data) => data.replace('{"n"', '{"more":null,"n"'),
    difference: { row: 0, column: 'more', v2: 'null' },
  },
  {
    title: 'a column less',
    edit: (data) => data.replace(/,"z":(true|false)/, ''),
    difference: { row: 0, column: 'z' },
  },
  {
    title: 'the last digit of a float',
    edit: (data) => data.replace(/"x":([^,]+),/, (_, x: string) => `"x":${lastDigitChanged(x)},`),
    difference: { row: 0, column: 'x' },
  },
];

function lastDigitChanged(token: string): string {
  return token.replace(
    /(\d)((?:e.*)?)$/,
    (_, digit: string, rest: string) => `${(Number(digit) % 9) + 1}${rest}`,
  );
}

describe('one edit of one event is one finding, and no other', () => {
  test('none: all calls are on both sides', async () => {
    await fc.assert(
      fc.asyncProperty(samples(1), async ({ files, calls }) => {
        const report = await (await TwoTrees.of(files)).compare();
        expect({ ok: report.ok, ...findings(report) }).toEqual({ ok: true, both: calls });
      }),
      RUNS,
    );
  });

  test.each(DIFFERENCES)('$title', async ({ edit, difference }) => {
    await fc.assert(
      fc.asyncProperty(samples(1), async (sample) => {
        const report = await edited(sample, edit);
        expect(findings(report)).toEqual({ both: sample.calls - 1, different: 1 });
        const [example] = report.collections[0]?.examples ?? [];
        expect(example).toMatchObject({
          kind: 'different',
          in: 'values',
          correlationId: `id-${sample.at}`,
          v2: { line: sample.at + 1 },
        });
        expect(example?.differences[0]).toMatchObject(difference);
        expect(report.ok).toBe(false);
      }),
      RUNS,
    );
  });

  test('rows in another order', async () => {
    await fc.assert(
      fc.asyncProperty(samples(2), async (sample) => {
        const swap = (data: string): string => data.replace(/^\[(\{.*?\}),(\{"n".*\})\]$/s, '[$2,$1]');
        const report = await edited(sample, swap);
        expect(findings(report)).toEqual({ both: sample.calls - 1, different: 1 });
        expect(report.collections[0]?.examples[0]?.in).toBe('order of rows');
      }),
      RUNS,
    );
  });

  test('a row less', async () => {
    await fc.assert(
      fc.asyncProperty(samples(2), async (sample) => {
        const report = await edited(sample, (data) => data.replace(/^\[\{.*?\},(\{"n".*\})\]$/s, '[$1]'));
        expect(findings(report)).toEqual({ both: sample.calls - 1, different: 1 });
        expect(report.collections[0]?.examples[0]?.in).toBe('number of rows');
      }),
      RUNS,
    );
  });

  test('an event less, or twice', async () => {
    await fc.assert(
      fc.asyncProperty(samples(1), async ({ files, calls, at }) => {
        const missing = await TwoTrees.of(files);
        await missing.edit((line, index) => (index === at ? undefined : line));
        const report = await missing.compare();
        expect(findings(report)).toEqual({ both: calls - 1, onlyLegacy: 1 });
        expect(report.collections[0]?.examples).toMatchObject([
          { kind: 'only-legacy', correlationId: `id-${at}`, legacy: { offset: expect.any(Number) } },
        ]);
        const doubled = await TwoTrees.of(files);
        await doubled.edit((line, index) => (index === at ? [line, line] : line));
        expect(findings(await doubled.compare())).toEqual({ both: calls, doubledV2: 1 });
      }),
      RUNS,
    );
  });

  test('a call that the legacy tree lacks', async () => {
    await fc.assert(
      fc.asyncProperty(samples(1), async ({ files, calls, at }) => {
        const trees = await TwoTrees.of(files);
        for (const [name, content] of Object.entries(files)) {
          // A row may hold line ends between quotes, but ends with its request id.
          const [header = '', ...rows] = content.split(/(?<=request_id\r\n|-000000000000\r\n)/);
          trees.legacy.put(name, header + rows.filter((one) => !one.includes(`,id-${at},`)).join(''));
        }
        expect(findings(await trees.compare())).toEqual({ both: calls - 1, onlyV2: 1 });
      }),
      RUNS,
    );
  });
});

describe('what only looks different', () => {
  test('columns in another order, spaces, and escapes that need not be', async () => {
    await fc.assert(
      fc.asyncProperty(samples(1), async (sample) => {
        const report = await edited(sample, (data) =>
          data
            .replace(/(\{)("n":\d+),("x":[^,]+)/g, '$1 $3 ,\t$2')
            .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
        );
        expect({ ok: report.ok, ...findings(report) }).toEqual({ ok: true, both: sample.calls });
      }),
      RUNS,
    );
  });

  test('a number in other digits is counted apart', async () => {
    await fc.assert(
      fc.asyncProperty(samples(1), async (sample) => {
        const report = await edited(sample, (data) => data.replace(/"n":(\d+)/, '"n":$1.0'));
        expect({ ok: report.ok, ...findings(report) }).toEqual({
          ok: true,
          both: sample.calls,
          respelled: 1,
        });
      }),
      RUNS,
    );
  });

  test.each([
    ['1e-07', '1e-7'],
    ['1e+16', '10000000000000000'],
    ['0.10', '0.1'],
    ['-0.0', '0'],
    ['1e400', '1E+400'],
  ])('%s is %s', async (legacy, v2) => {
    const trees = await TwoTrees.of(inputs('x', row(legacy, 'a'), row('2.5', 'b')));
    await trees.editData((data) => data.replace(legacy, v2));
    expect(findings(await trees.compare())).toEqual({ both: 2, respelled: 1 });
  });

  test.each([
    ['9007199254740993', '9007199254740992'],
    ['0.1', '0.10000000000000001'],
    ['1e-07', '1e-08'],
    ['1e400', '1e401'],
  ])('%s is not %s', async (legacy, v2) => {
    const trees = await TwoTrees.of(inputs('x', row(legacy, 'a'), row('2.5', 'b')));
    await trees.editData((data) => data.replace(`:${legacy}}`, `:${v2}}`));
    expect(findings(await trees.compare())).toEqual({ both: 1, different: 1 });
  });
});
