import { describe, expect, test } from 'vitest';
import { plannedRows, planText } from '../../../src/cli/render/plan-text.js';
import type { Plan } from '../../../src/convert/plan-file.js';
import { collection, column, day, designationDay, file, plan } from './sample-plan.js';
import { HOSTILE, PAGE, shown } from './shown-lines.js';

function render(of: Plan): string {
  return shown(planText(of, { ...PAGE, next: [['then:', 'mdc-bridge convert a b']] }));
}

test('a small plan, whole', () => {
  const small = plan({
    leftOut: [{ why: 'not in a date folder', count: 2, bytes: 2048, examples: ['readme.csv'] }],
    lineage: [
      {
        workspace: 'w',
        service: 'svc',
        model: 'model',
        version: '1',
        values: { computeType: 'AKS' },
        files: 1,
      },
    ],
    notes: [
      { level: 'warning', text: 'look here' },
      { level: 'info', text: 'by the way' },
    ],
  });
  expect(render(small)).toBe(`Plan for file:///data/modeldata
  1 file · 1.0 MB · 10 rows · 5 calls · 1 collection · 1 day, 2024-02-29

Can predictions and labels be joined to their inputs?
  There are only inputs in this tree.

  only inputs, nothing to join:
    svc / model / 1

svc / model-1 / model_inputs
  from      inputs of service "svc", model "model", version 1, workspace sub/rg/ws
  files     1 file, 1.0 MB, 10 rows, 5 calls
  days      1 day, 2024-02-29, no gaps
  headers   present: its first line names columns (1 file)
  widths    1 field in 1 file: age
    column  type     sample
    age     integer  41

Lineage, from aml_telemetry.csv
  svc / model / 1: computeType AKS (1 file)

Left out
  not in a date folder  2 objects  2.0 kB  readme.csv

Notes (2)
! look here
· by the way

→ then:
    mdc-bridge convert a b`);
});

describe('of a collection it tells', () => {
  test('gaps between days', () => {
    const files = ['2024-01-01', '2024-01-02', '2024-01-04', '2024-02-01'].map((date) => file({ date }));
    expect(render(plan({ files }))).toContain(`  days      4 days, 2024-01-01 … 2024-02-01
            2 gaps, 28 days in all: 2024-01-03; 2024-01-05 … 2024-01-31 (27 days)`);
  });

  test('header verdicts, with a name where the header is absent', () => {
    const files = [
      file(),
      file({ source: 'x/y.csv', header: { verdict: 'absent', why: 'its first line is data' } }),
    ];
    expect(render(plan({ files }))).toContain(`  headers   present: its first line names columns (1 file)
            absent: its first line is data (1 file, such as x/y.csv)`);
  });

  test('every width without names, with an example and what to do', () => {
    const unnamed = [
      {
        width: 3,
        rows: 4,
        files: 1,
        example: { source: 'a/b.csv', offset: 1234, text: '1,2,x' },
        columns: [column(), column(), column({ type: 'string' })],
      },
    ];
    const of = plan({
      collections: [collection({ unnamed })],
      files: [file({ counts: { rejected: { width: 4 } } })],
    });
    const text = render(of);
    expect(
      text,
    ).toContain(`            3 fields in 1 file: 4 rows rejected, no names for this width (--variant 3=…)
              at byte 1234 of a/b.csv:
              1,2,x
              which looks like integer, integer, string`);
    expect(text).toContain(
      '  rejects   4 rows for width in sub/rg/ws/svc/model/1/inputs/2024/02/29/inputs.csv',
    );
    expect(text).toContain('! 4 rows will be rejected and kept in _migration/modeldata-01234567/rejects;');
    expect(plannedRows(of).rejects).toBe(4);
  });

  test('renamed columns, repeated headers, blank lines, marks and rows of others', () => {
    const counts = { headers: 3, blanks: 2, bom: true, otherIdentity: 1, correlated: 9 };
    const of = plan({
      collections: [collection({ renames: [{ from: '', to: 'column_3' }] })],
      files: [file({ counts })],
    });
    const text = render(of);
    expect(text).toContain('  renamed   "" → column_3');
    expect(text).toContain(
      "5 calls, 1 row without correlation id, 2 blank lines, 2\n            repeated headers, 1 row of another collector's identity, 1 byte order mark",
    );
  });

  test('types with a sample, the reason where it is not the obvious one, and what is lossy', () => {
    const columns = [
      column({
        name: 'zip',
        type: 'string',
        counts: { text: 1, integer: 441 },
        samples: { text: '05601', integer: '10115' },
      }),
      column({
        name: 'ok',
        type: 'string',
        counts: { boolean: 12, number: 1 },
        samples: { boolean: 'True', number: '0.5' },
      }),
      column({ name: 'id', type: 'string', counts: { text: 9 }, samples: { text: '007' } }),
      column({
        name: 'score',
        type: 'number',
        counts: { number: 5, infinity: 2, nan: 3, empty: 1 },
        samples: { number: '0.5', infinity: '-inf' },
      }),
      column({
        name: 'far',
        type: 'number',
        counts: { integer: 5, infinity: 1 },
        samples: { integer: '5', infinity: 'inf' },
      }),
      column({
        name: 'given',
        type: 'integer',
        counts: { number: 2, integer: 1 },
        samples: { number: '1.5', integer: '1' },
      }),
      column({ name: 'never', type: 'null', counts: { empty: 7 }, samples: {} }),
    ];
    expect(
      render(plan({ collections: [collection({ columns })] })),
    ).toContain(`    column  type     sample  null for               why
    zip     string   05601                          1 text \`05601\` among 441 integers
    ok      string   True                           12 booleans such as \`True\` among 1 number
    id      string   007                            digits, but no JSON number
    score   number   0.5     1 empty, 3 nan, 2 inf
    far     number   5       1 inf                  inf among integers
    given   integer  1                              given; 2 fields can't be integer
    never   null             7 empty                never a value
    lossy: 3 infinities and 3 nan in 2 columns become null, since JSON has no word for them`);
  });

  test('of many columns those with something to say, and how many more there are', () => {
    const many = Array.from({ length: 500 }, (_, i) =>
      column({ name: `c${i}`, type: 'number', counts: { number: 1 }, samples: { number: '1.5' } }),
    );
    const columns = [
      ...many,
      column({ name: 'zip', type: 'string', counts: { text: 1, integer: 1 }, samples: { text: 'a' } }),
    ];
    const text = render(plan({ collections: [collection({ columns })] }));
    expect(text).toMatch(/^ {4}zip +string/m);
    expect(text).toContain('    … and 477 more columns (477 number): --json lists them all');
  });

  test('no types where no row has a value', () => {
    expect(render(plan({ files: [file({ counts: { rows: 0, correlated: 0, calls: 0 } })] }))).toContain(
      '    no row has a value, so the columns have no types',
    );
  });
});

test('of many collections those with surprises are told in full, the rest in a line each', () => {
  const collections = Array.from({ length: 60 }, (_, i) =>
    collection({ deployment: `model-${i}`, ...(i === 50 ? { renames: [{ from: 'Age', to: 'age' }] } : {}) }),
  );
  const files = collections.map((_, i) =>
    file({ collection: i, date: i === 7 ? '2024-03-01' : '2024-02-29' }),
  );
  const text = render(plan({ collections, files: [...files, file({ collection: 7, date: '2024-03-04' })] }));
  expect(text).toContain('\nsvc / model-50 / model_inputs\n  from');
  expect(text).toContain('59 more collections (--json has all of them in full)');
  expect(text).toMatch(/^ {2}svc \/ model-7 \/ model_inputs +2 +20 +1 +2 +2 {2}2024-03-01 … 2024-03-04$/m);
});

test('a folder inside a container says where it stands', () => {
  const source = { url: 'file:///copy', container: 'modeldata', prefix: 'sub/rg/', id: 'modeldata-01234567' };
  expect(render(plan({ source }))).toContain('Plan for file:///copy (sub/rg/ of modeldata)');
});

test('hostile names and values stay in their lines', () => {
  const of = plan({
    source: { url: HOSTILE, container: HOSTILE, prefix: HOSTILE, id: HOSTILE },
    names: [{ ...plan().names[0]!, workspace: HOSTILE, service: HOSTILE, collectionName: HOSTILE }],
    collections: [
      collection({
        endpoint: HOSTILE,
        columns: [
          column({
            name: HOSTILE,
            type: 'string',
            counts: { text: 1, integer: 1 },
            samples: { text: HOSTILE },
          }),
        ],
        renames: [{ from: HOSTILE, to: HOSTILE }],
        unnamed: [
          {
            width: 3,
            rows: 1,
            files: 1,
            example: { source: HOSTILE, offset: 0, text: HOSTILE.repeat(9) },
            columns: [],
          },
        ],
      }),
    ],
    files: [
      file({
        source: HOSTILE,
        header: { verdict: 'absent', why: HOSTILE },
        shapes: [{ header: 0, width: 1, columns: [HOSTILE] }],
        counts: { rejected: { [HOSTILE]: 1 } },
      }),
    ],
    days: [day('2024-01-01', { [HOSTILE]: designationDay(1, 0, 0) })],
    leftOut: [{ why: HOSTILE, count: 1, bytes: 1, examples: [HOSTILE] }],
    lineage: [
      {
        workspace: HOSTILE,
        service: HOSTILE,
        model: '',
        version: '',
        values: { [HOSTILE]: HOSTILE },
        files: 1,
      },
    ],
    notes: [
      { level: 'warning', text: HOSTILE },
      { level: 'info', text: HOSTILE },
    ],
  });
  expect(render(of)).toContain('\\u001b[2J\\n\\u202e');
});

test.each([60, 72])('on a terminal of %i columns it keeps within them', (width) => {
  const columns = [
    column({
      name: 'a'.repeat(80),
      type: 'string',
      counts: { text: 1, integer: 9 },
      samples: { text: 'b'.repeat(80) },
    }),
  ];
  const files = [
    file({ source: 'p/'.repeat(80), header: { verdict: 'absent', why: 'its first line is data' } }),
  ];
  shown(
    planText(plan({ collections: [collection({ columns })], files, days: [] }), { ...PAGE, width, next: [] }),
    width,
  );
});
