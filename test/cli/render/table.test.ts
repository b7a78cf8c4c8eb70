import fc from 'fast-check';
import { expect, test } from 'vitest';
import { colourPaint, plainPaint } from '../../../src/cli/render/paint.js';
import { renderTable } from '../../../src/cli/render/table.js';
import { textWidth } from '../../../src/cli/render/text-width.js';

const plain = { width: 40, paint: plainPaint };

test('columns are aligned, and no line ends in spaces', () => {
  const columns = [{ head: 'name' }, { head: 'rows', align: 'right' }, { head: 'why' }] as const;
  expect(
    renderTable(
      columns,
      [
        ['a', '1 000', ''],
        ['日本', '7', 'late'],
      ],
      plain,
    ),
  ).toEqual(['name   rows  why', 'a     1 000', '日本      7  late']);
});

test('the widest column that can gives way first', () => {
  const columns = [{ fit: 'cut-end' }, { fit: 'cut-middle' }, {}] as const;
  const row = ['short', 'sub/rg/ws/service/model/1/inputs.csv', 'fixed text'];
  expect(renderTable(columns, [row], plain)).toEqual(['short  sub/rg…l/1/inputs.csv  fixed text']);
});

test('a wrapped cell takes more lines', () => {
  const columns = [{}, { fit: 'wrap', least: 10 }] as const;
  expect(
    renderTable(
      columns,
      [
        ['why', 'no correlation id'],
        ['x', 'y'],
      ],
      { ...plain, width: 18, indent: 2 },
    ),
  ).toEqual(['  why  no', '       correlation', '       id', '  x    y']);
});

test('an optional column with nothing to say is left out', () => {
  const columns = [{ head: 'a' }, { head: 'b', optional: true }, { head: 'c' }] as const;
  expect(renderTable(columns, [['1', '', '3']], plain)).toEqual(['a  c', '1  3']);
  expect(renderTable(columns, [['1', '2', '3']], plain)).toEqual(['a  b  c', '1  2  3']);
});

test('finished lines stand between rows as they are', () => {
  expect(
    renderTable([{}, {}], [['a', 'b'], { lines: ['== c =='] }, ['d', 'e']], { ...plain, indent: 1 }),
  ).toEqual([' a  b', '== c ==', ' d  e']);
});

test('colours change no width', () => {
  const rows = [[{ text: 'x', tone: 'red' }, 'y'] as const];
  const [line = ''] = renderTable([{ head: 'wide' }, {}], rows, { width: 40, paint: colourPaint }).slice(1);
  expect(line).toBe('\u001b[31mx\u001b[39m     y');
});

test('no line is wider than the layout, whatever the cells', () => {
  const columns = [{ fit: 'cut-end' }, { fit: 'cut-middle' }, { fit: 'wrap' }] as const;
  const cell = fc.string({ unit: 'grapheme', maxLength: 80 });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }), (rows) => {
      for (const line of renderTable(columns, rows, plain)) expect(textWidth(line)).toBeLessThanOrEqual(40);
    }),
  );
});
