import { describe, expect, it } from 'vitest';
import { convert, plan } from '../../support/converted.js';
import { correlatedFile } from '../../support/legacy-file.js';
import { correlation, sourceName } from '../../support/rows.js';

const LABELS = sourceName('labels', '2024/02/29', 'labels.csv');
const OTHER = sourceName('labels', '2024/03/01', 'labels.csv');

/** Verdicts of the files, in order, and the rows of the first collection. */
async function verdicts(
  files: Readonly<Record<string, string>>,
  options: Parameters<typeof plan>[1] = {},
): Promise<string[]> {
  return (await plan(files, options)).files.map(({ header }) => header.verdict);
}

const rows = async (files: Readonly<Record<string, string>>): Promise<unknown[]> =>
  (await (await convert(files)).events()).flatMap(({ data }) => data);

describe('a first line 0,1,…,n-1', () => {
  it('is a header where a later line is of another form', async () => {
    expect(await verdicts({ [LABELS]: '0,1\n5,6\n7,x\n' })).toEqual(['present']);
    expect(await verdicts({ [LABELS]: '0,1\n5,6,7\n' })).toEqual(['present']);
    expect(await rows({ [LABELS]: '0,1\n0.5,2\n' })).toEqual([{ 0: 0.5, 1: 2 }]);
  });

  it('is a header where another file of the collection begins so too', async () => {
    expect(await verdicts({ [LABELS]: '0,1\n5,6\n', [OTHER]: '0,1\n7,8\n' })).toEqual(['present', 'present']);
  });

  it('is data where nothing else tells, and then counts as a row of its file', async () => {
    expect(await verdicts({ [LABELS]: '0,1\n5,6\n' })).toEqual(['absent']);
    expect(await verdicts({ [LABELS]: '0,1\n5,6\n', [OTHER]: '0,1,2\n7,8,9\n' })).toEqual([
      'absent',
      'absent',
    ]);
    expect(await rows({ [LABELS]: '0,1\n5,6\n' })).toEqual([
      { column_0: 0, column_1: 1 },
      { column_0: 5, column_1: 6 },
    ]);
    const { files, days } = await plan({ [LABELS]: '\ufeff0,1\n5,6\n' });
    expect(files[0]?.counts).toMatchObject({ headers: 0, rows: 2, lines: 2 });
    expect(days[0]?.byDesignation['labels']?.rows).toBe(2);
  });

  it('may be told by hand', async () => {
    expect(await verdicts({ [LABELS]: '0,1\n5,6\n' }, { header: { 'labels.csv': 'present' } })).toEqual([
      'present',
    ]);
    expect(await verdicts({ [LABELS]: '0,1\nx,y\n' }, { header: { '**/labels/**': 'absent' } })).toEqual([
      'absent',
    ]);
  });

  it('has the reason in the plan', async () => {
    const why = async (content: string): Promise<string | undefined> =>
      (await plan({ [LABELS]: content })).files[0]?.header.why;
    expect(await why('0,1\n5,x\n')).toContain('counts the columns');
    expect(await why('0,1\n5,6\n')).toContain('so could data');
    expect(await why('a,b\n5,6\n')).toBe('its first line names columns');
    expect(await why('a,7\n5,6\n')).toContain('its first line is data');
    expect(await why('\n\n')).toBe('it has no line');
    expect(await why('"a"b\n1\n')).toBe("its first line can't be read");
  });
});

describe('a file without a header', () => {
  it('has the names that all other files of that width agree on', async () => {
    expect(await rows({ [LABELS]: 'a,b\nx,1\n', [OTHER]: 'y,2\n' })).toEqual(
      expect.arrayContaining([
        { a: 'x', b: 1 },
        { a: 'y', b: 2 },
      ]),
    );
  });

  it('has numbered columns where they do not agree, each row by its own width', async () => {
    const third = sourceName('labels', '2024/03/02', 'labels.csv');
    const files = { [LABELS]: 'a,b\nx,1\n', [OTHER]: 'a,c\nx,1\n', [third]: '5,6\n7\n' };
    expect(await rows(files)).toEqual(
      expect.arrayContaining([{ column_0: 5, column_1: 6 }, { column_0: 7 }]),
    );
  });

  it('has the names of --columns, where the width is theirs', async () => {
    const { collections, files } = await plan({ [LABELS]: '1,2\n3\n' }, { columns: ['p', 'P'] });
    expect(files[0]?.shapes.map(({ columns }) => columns)).toEqual([['p', 'p_1'], ['column_0']]);
    expect(collections[0]?.columns.map(({ name }) => name)).toEqual(['p', 'p_1', 'column_0']);
  });

  it('has the names of --columns before those that other files agree on', async () => {
    const files = { [LABELS]: '1,2\n', [OTHER]: 'a,b\n3,4\n' };
    const { files: planned } = await plan(files, { columns: ['p', 'q'] });
    expect(planned.map(({ shapes }) => shapes[0]?.columns)).toEqual([
      ['p', 'q'],
      ['a', 'b'],
    ]);
  });

  it('keeps its rows before a header that comes too late', async () => {
    const INPUTS = sourceName();
    const late = `1,x,${correlation('i')}\r\n${correlatedFile('a,b', `2,y,${correlation('j')}`)}`;
    expect(await rows({ [INPUTS]: late })).toEqual([
      { column_0: 1, column_1: 'x' },
      { a: 2, b: 'y' },
    ]);
  });
});

describe('a header whose names change in mid-file', () => {
  it('names the rows behind it', async () => {
    const INPUTS = sourceName();
    const content =
      correlatedFile('a', `1,${correlation('i')}`) + correlatedFile('b,A', `2,3,${correlation('j')}`);
    expect(await rows({ [INPUTS]: content })).toEqual([{ a: 1 }, { b: 2, a: 3 }]);
    const { notes, collections } = await plan({ [INPUTS]: content });
    expect(notes.map(({ text }) => text).join()).toContain('column names in the middle');
    expect(collections[0]?.renames).toEqual([{ from: 'A', to: 'a' }]);
  });
});

describe('rows of other widths than their header', () => {
  const content = 'a,b\n1,2\n3,4,5\n6,7,8\n9\n';

  it('are rejected; the plan shows each width with an example', async () => {
    const { collections, files, notes } = await plan({ [LABELS]: content });
    expect(collections[0]?.unnamed).toMatchObject([
      { width: 3, rows: 2, files: 1, example: { source: LABELS, offset: 8, text: '3,4,5' } },
      { width: 1, rows: 1, files: 1 },
    ]);
    expect(files[0]?.counts.rejected).toEqual({ width: 3 });
    expect(notes[0]).toMatchObject({
      level: 'warning',
      text: expect.stringContaining('3 rows of another width'),
    });
  });

  it('are named by variants of their collection, or of all', async () => {
    for (const key of ['svc/m-1/labels', '*']) {
      const tree = await convert(
        { [LABELS]: content },
        { variants: { [key]: { 3: ['x', 'a', 'y'], 1: ['z'] } } },
      );
      expect(await tree.dataTexts()).toEqual([
        '[{"a":1,"b":2},{"x":3,"a":4,"y":5},{"x":6,"a":7,"y":8},{"z":9}]',
      ]);
      expect(tree.report.totals.rejected).toEqual({});
    }
  });
});
