import type { Paint, Tone } from './paint.js';
import { cutEnd, cutMiddle, pad, textWidth, wrap } from './text-width.js';

export interface TableColumn {
  readonly head?: string;
  readonly align?: 'left' | 'right';
  /** What gives way when the table is too wide; without it the column never does. */
  readonly fit?: 'cut-end' | 'cut-middle' | 'wrap';
  /** The least width that `fit` leaves, 8 unless told. */
  readonly least?: number;
  /** Left out of a table in which no row has anything to say there. */
  readonly optional?: true;
}

export type Cell = string | { readonly text: string; readonly tone: Tone };

/** Cells, or finished lines between two rows, as wide as they are. */
export type TableRow = readonly Cell[] | { readonly lines: readonly string[] };

export interface TableLayout {
  readonly width: number;
  readonly indent?: number;
  readonly paint: Paint;
}

const BETWEEN = 2;

/** Aligned columns, no line wider than the layout's width. Cells must be printable text. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
  layout: TableLayout,
): string[] {
  const cells = rows.filter((row): row is readonly Cell[] => !('lines' in row));
  const kept = [...columns.keys()].filter(
    (index) => columns[index]?.optional !== true || cells.some((row) => textOf(row[index]) !== ''),
  );
  const shown = kept.flatMap((index) => columns[index] ?? []);
  const only = (row: readonly Cell[]): Cell[] => kept.map((index) => row[index] ?? '');
  const indent = ' '.repeat(layout.indent ?? 0);
  const widths = fitWidths(shown, cells.map(only), layout.width - indent.length);
  const render = (row: readonly Cell[]): string[] =>
    renderRow(row, shown, widths, layout).map((line) => (line === '' ? '' : indent + line));
  const heads = shown.map(({ head }) => ({ text: head ?? '', tone: 'dim' as const }));
  return [
    ...(shown.some(({ head }) => head !== undefined) ? render(heads) : []),
    ...rows.flatMap((row) => ('lines' in row ? row.lines : render(only(row)))),
  ];
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === 'string' ? cell : (cell?.text ?? '');
}

function fitWidths(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  room: number,
): number[] {
  const widths = columns.map(({ head }, index) =>
    rows.reduce((most, row) => Math.max(most, textWidth(textOf(row[index]))), textWidth(head ?? '')),
  );
  let excess = widths.reduce((sum, width) => sum + width, BETWEEN * (columns.length - 1)) - room;
  // One cell at a time from the widest that can give way, so that short columns keep their text.
  while (excess > 0) {
    let widest = -1;
    columns.forEach(({ fit, least = 8 }, index) => {
      const width = widths[index] ?? 0;
      if (fit !== undefined && width > least && width > (widths[widest] ?? 0)) widest = index;
    });
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function renderRow(
  row: readonly Cell[],
  columns: readonly TableColumn[],
  widths: readonly number[],
  { paint }: TableLayout,
): string[] {
  const cells = columns.map(({ fit }, index) => fitCell(textOf(row[index]), fit, widths[index] ?? 0));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    let text = '';
    // Spaces are held back until something follows, so that no line ends in them.
    let gap = '';
    columns.forEach(({ align }, index) => {
      const cell = row[index];
      const padded = pad(cells[index]?.[line] ?? '', widths[index] ?? 0, align);
      const shown = padded.trimEnd();
      if (shown !== '') {
        text += gap + (typeof cell === 'object' ? paint(cell.tone, shown) : shown);
        gap = '';
      }
      gap += ' '.repeat(textWidth(padded) - textWidth(shown) + BETWEEN);
    });
    return text;
  });
}

function fitCell(text: string, fit: TableColumn['fit'], width: number): string[] {
  if (fit === 'wrap') return wrap(text, Math.max(width, 1));
  return [fit === 'cut-middle' ? cutMiddle(text, width) : fit === 'cut-end' ? cutEnd(text, width) : text];
}
