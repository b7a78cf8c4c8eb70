import type { CallTrace, TracedCollection, TracedEvent, TracedRow } from '../../convert/trace.js';
import { heading, type Page, paragraph } from './page.js';
import { printable } from './printable.js';
import { type Cell, renderTable, type TableRow } from './table.js';
import { wrapBehind } from './text-width.js';
import { counted } from './units.js';

const MOST_ROWS = 20;
const MOST_COLUMNS = 24;

/** One call, each row beside what became of it. */
export function traceText(trace: CallTrace, page: Page): string[] {
  const calls = trace.calls.filter((call) => call !== trace.id);
  return [
    ...heading(`Trace of ${trace.id}`, page),
    ...(calls.length === 0
      ? []
      : paragraph(`${calls.length === 1 ? 'call' : 'calls'}  ${calls.join(', ')}`, page, 2)),
    ...paragraph(`legacy  ${trace.source}`, page, 2),
    ...paragraph(`v2      ${trace.destination}`, page, 2),
    ...trace.collections.flatMap((collection) => ['', ...collectionLines(collection, page)]),
    ...(trace.collections.length === 0 ? ['', 'Nothing is known of it on either side.'] : []),
  ];
}

/** Nothing was found, or a row's event is not where it must be: worth another exit status than 0. */
export function isIncomplete({ collections }: CallTrace): boolean {
  const isMissing = ({ fate }: TracedRow): boolean => fate.kind === 'event' && fate.line === undefined;
  return collections.length === 0 || collections.some(({ rows }) => rows.some(isMissing));
}

function collectionLines(
  { endpoint, deployment, collection, rows, events }: TracedCollection,
  page: Page,
): string[] {
  const extent = `${counted(rows.length, 'row')}, ${counted(events.length, 'event')}`;
  const more = rows.length - MOST_ROWS;
  return [
    ...heading(`${endpoint} / ${deployment} / ${collection} (${extent})`, page),
    ...rows.slice(0, MOST_ROWS).flatMap((row) => rowLines(row, events, page)),
    ...(more > 0 ? [page.paint('dim', `  … and ${counted(more, 'more row')}: --json has them all`)] : []),
    ...events.flatMap((event) => eventLines(event, page)),
  ];
}

function rowLines(row: TracedRow, events: readonly TracedEvent[], page: Page): string[] {
  const { fate } = row;
  const written =
    fate.kind === 'event'
      ? events.find(({ object, line }) => object === fate.object && line === fate.line)?.rows[fate.row]
      : undefined;
  return [
    ...wrapBehind('  row   ', printable(`${row.source}, byte ${row.offset}`), page.width),
    ...fateLines(row, page),
    ...valueLines(row, written, page),
  ];
}

function fateLines({ fate, inferred }: TracedRow, page: Page): string[] {
  const borrowed = inferred ? ' (its correlation is inferred from an input row)' : '';
  switch (fate.kind) {
    case 'rejected':
      return [page.paint('yellow', `  ✗     rejected: ${printable(fate.reason)}`)];
    case 'live': {
      const place = `left out: live collection has its call in ${fate.object}, line ${fate.line}`;
      return wrapBehind('  →     ', printable(place), page.width);
    }
    case 'out-of-range':
      return [page.paint('yellow', '  ✗     left out: before --since or not before --until')];
    case 'event': {
      if (fate.line !== undefined) {
        const place = `${fate.object}, line ${fate.line}, row ${fate.row}${borrowed}`;
        return wrapBehind('  →     ', printable(place), page.width);
      }
      const text = `not in the v2 tree, where it must be row ${fate.row} of an event in ${fate.object}`;
      return wrapBehind('  !     ', printable(text), page.width).map((line) => page.paint('red', line));
    }
  }
}

function valueLines(row: TracedRow, written: string | undefined, page: Page): string[] {
  const values = written === undefined ? undefined : memberTexts(written);
  const names = new Set([...row.fields.map(({ name }) => name), ...(values?.keys() ?? [])]);
  const csv = new Map(row.fields.map(({ name, value }) => [name, value]));
  const shown = [...names].slice(0, MOST_COLUMNS);
  const missing: Cell = { text: '(none)', tone: 'dim' };
  const rows = shown.map((name): TableRow => {
    const [before, after] = [csv.get(name), values?.get(name)];
    return [
      printable(name),
      before === undefined ? missing : printable(before),
      after === undefined ? (values === undefined ? '' : missing) : printable(after),
    ];
  });
  const columns = [
    { head: 'column', fit: 'cut-end', least: 12 },
    { head: 'CSV', fit: 'wrap', least: 20 },
    { head: 'event', fit: 'wrap', least: 20, optional: true },
  ] as const;
  const more = names.size - shown.length;
  return [
    ...(rows.length === 0 ? [] : renderTable(columns, rows, { ...page, indent: 8 })),
    ...(more > 0
      ? [page.paint('dim', `        … and ${counted(more, 'more column')}: --json has them all`)]
      : []),
  ];
}

/** Each member of a row's JSON as it is written, number tokens digit for digit. */
function memberTexts(json: string): Map<string, string> {
  const texts = new Map<string, string>();
  const keep = (key: string, value: unknown, context: { readonly source?: string }): unknown => {
    if (key !== '') texts.set(key, context.source ?? JSON.stringify(value));
    return value;
  };
  try {
    const row: unknown = JSON.parse(json, keep as (key: string, value: unknown) => unknown);
    // The reviver can't tell an empty name from the whole.
    if (typeof row === 'object' && row !== null && Object.hasOwn(row, '')) {
      texts.set('', JSON.stringify((row as Record<string, unknown>)['']));
    }
  } catch {
    // Not JSON, as a damaged tree may hold: the row's raw text is in --json.
  }
  return texts;
}

function eventLines({ object, line, attributes, rows }: TracedEvent, page: Page): string[] {
  const table = attributes.map(
    ({ name, value }): TableRow => [{ text: printable(name), tone: 'dim' }, printable(value)],
  );
  const place = `${object}, line ${line} (${counted(rows.length, 'row')})`;
  return [
    ...wrapBehind('  event ', printable(place), page.width),
    ...renderTable(
      [
        { fit: 'cut-end', least: 12 },
        { fit: 'wrap', least: 30 },
      ],
      table,
      { ...page, indent: 8 },
    ),
  ];
}
