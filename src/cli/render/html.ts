import { printable } from './printable.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Data as HTML text or attribute: never markup, and nothing in it is invisible. */
export function escapeHtml(data: string): string {
  return printable(data).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** In pieces, since a tree may have many files. Cells are data, not HTML. */
export function* htmlTable(
  heads: readonly string[],
  rows: Iterable<readonly string[]>,
): Generator<string, void, void> {
  const cells = (tag: string, row: readonly string[]): string =>
    row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('');
  yield '<table>\n';
  if (heads.length > 0) yield `<thead><tr>${cells('th', heads)}</tr></thead>\n`;
  yield '<tbody>\n';
  for (const row of rows) yield `<tr>${cells('td', row)}</tr>\n`;
  yield '</tbody></table>\n';
}

/** Self-contained: it is mailed, printed and archived; long names and checksums break anywhere. */
export function* htmlPage(title: string, body: Iterable<string>): Generator<string, void, void> {
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; color: #111; }
h3 { font-size: 1rem; margin: 1.6rem 0 .3rem; overflow-wrap: anywhere; break-after: avoid; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #bbb; padding: .25rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
td { font-family: ui-monospace, monospace; font-size: .85em; }
.verdict { font-size: 1.15rem; font-weight: bold; padding: .6rem .8rem; border: 2px solid; }
.same { color: #075e07; } .different { color: #a30000; }
.signature td { height: 3.5rem; width: 33%; }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
</style>
</head>
<body>
`;
  yield* body;
  yield '</body>\n</html>\n';
}
