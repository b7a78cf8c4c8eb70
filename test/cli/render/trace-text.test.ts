import { describe, expect, test } from 'vitest';
import { isIncomplete, traceText } from '../../../src/cli/render/trace-text.js';
import type { CallTrace, TracedCollection, TracedEvent, TracedRow } from '../../../src/convert/trace.js';
import { HOSTILE, PAGE, shown } from './shown-lines.js';

const OBJECT = 'svc/model-1/model_inputs/2024/02/29/01/x.jsonl';

function row(part: Partial<TracedRow> = {}): TracedRow {
  return {
    source: 'a/inputs.csv',
    offset: 1184,
    ordinal: 0,
    fields: [
      { name: 'zip', value: '05601' },
      { name: 'bmi', value: '1e-07' },
    ],
    raw: '05601,1e-07',
    inferred: false,
    fate: { kind: 'event', object: OBJECT, line: 3, row: 0 },
    ...part,
  };
}

function event(part: Partial<TracedEvent> = {}): TracedEvent {
  return {
    object: OBJECT,
    line: 3,
    attributes: [{ name: 'id', value: '587ccacf-81c2-81eb-b1d5-590acd90b1ab' }],
    rows: ['{"zip":"05601","bmi":1e-07}'],
    ...part,
  };
}

function trace(part: Partial<TracedCollection> = {}): CallTrace {
  return {
    kind: 'mdc-bridge trace',
    version: 1,
    id: 'the-id',
    source: 'file:///modeldata',
    destination: 'file:///out',
    sourceId: 'modeldata-01234567',
    calls: ['the-call'],
    collections: [
      {
        endpoint: 'svc',
        deployment: 'model-1',
        collection: 'model_inputs',
        rows: [row()],
        events: [event()],
        ...part,
      },
    ],
  };
}

function render(of: CallTrace): string {
  return shown(traceText(of, PAGE));
}

test('a row stands beside its event, digit for digit', () => {
  expect(render(trace())).toBe(`Trace of the-id
  call  the-call
  legacy  file:///modeldata
  v2      file:///out

svc / model-1 / model_inputs (1 row, 1 event)
  row   a/inputs.csv, byte 1184
  →     ${OBJECT}, line 3, row 0
        column  CSV    event
        zip     05601  "05601"
        bmi     1e-07  1e-07
  event ${OBJECT}, line 3 (1 row)
        id  587ccacf-81c2-81eb-b1d5-590acd90b1ab`);
});

describe('a row without its event', () => {
  test('because it was rejected or left out says so', () => {
    expect(
      render(trace({ rows: [row({ fate: { kind: 'rejected', reason: 'width' } })], events: [] })),
    ).toContain('  ✗     rejected: width\n        column  CSV\n        zip     05601');
    expect(render(trace({ rows: [row({ fate: { kind: 'out-of-range' } })] }))).toContain(
      'left out: before --since',
    );
  });

  test('because it is missing says where it must be', () => {
    const missing = trace({ rows: [row({ fate: { kind: 'event', object: OBJECT, row: 7 } })], events: [] });
    expect(render(missing)).toContain(
      `  !     not in the v2 tree, where it must be row 7 of an event in ${OBJECT.slice(0, 20)}`,
    );
    expect(isIncomplete(missing)).toBe(true);
  });
});

test('columns of one side only are shown as such', () => {
  const text = render(
    trace({ rows: [row()], events: [event({ rows: ['{"zip":"05601","":"x","__proto__":2}'] })] }),
  );
  expect(text).toContain(`        zip        05601   "05601"
        bmi        1e-07   (none)
        __proto__  (none)  2
                   (none)  "x"`);
});

test('a damaged event shows what can be read', () => {
  expect(render(trace({ events: [event({ rows: ['{"zip":'] })] }))).toContain(
    '        zip     05601  (none)',
  );
});

test('an inferred correlation is called so', () => {
  expect(render(trace({ rows: [row({ inferred: true })] })).replaceAll(/\s+/g, ' ')).toContain(
    '(its correlation is inferred from an input row)',
  );
});

test('long calls and wide rows are cut, with what is left out', () => {
  const fields = Array.from({ length: 100 }, (_, i) => ({ name: `f${i}`, value: String(i) }));
  const text = render(trace({ rows: Array.from({ length: 50 }, () => row({ fields })), events: [] }));
  expect(text).toContain('  … and 30 more rows: --json has them all');
  expect(text).toContain('        … and 76 more columns: --json has them all');
});

test('nothing found is said, and is no success', () => {
  const nothing = { ...trace(), collections: [] };
  expect(render(nothing)).toContain('Nothing is known of it on either side.');
  expect(isIncomplete(nothing)).toBe(true);
  expect(isIncomplete(trace())).toBe(false);
});

test('hostile names and values stay in their lines', () => {
  const fate = { kind: 'rejected', reason: HOSTILE } as const;
  const of = trace({
    endpoint: HOSTILE,
    rows: [row({ source: HOSTILE, fields: [{ name: HOSTILE, value: HOSTILE }], fate }), row()],
    events: [event({ object: HOSTILE, attributes: [{ name: HOSTILE, value: HOSTILE }] })],
  });
  expect(render({ ...of, id: HOSTILE, calls: [HOSTILE] })).toContain('\\u001b[2J\\n\\u202e');
});
