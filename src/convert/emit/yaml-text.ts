import { Document, isNode, type Node, Scalar, visit, YAMLMap } from 'yaml';

/** Text of comments is broken before this column. */
const WIDTH = 100;

/** One key of a mapping, with the reason for it in a comment above. */
export interface YamlEntry {
  readonly key: string;
  readonly value: unknown;
  readonly why?: string;
}

/**
 * A mapping whose keys may have comments; entries that are `undefined` are left out. Any text is written such that PyYAML reads
 * it back as text: it takes more for dates, numbers and merges than YAML 1.2 does.
 */
export function yamlMap(...entries: readonly (YamlEntry | undefined)[]): YAMLMap {
  const map = new YAMLMap<Scalar<string>, Node>();
  for (const entry of entries) {
    if (entry === undefined) continue;
    const key = new Scalar(entry.key);
    if (entry.why !== undefined) key.commentBefore = commentLines(entry.why);
    const value: unknown = isNode(entry.value) ? entry.value : new Document(entry.value).contents;
    map.add({ key, value: value as Node });
  }
  return map;
}

/** `head` stands above all, `foot` below. */
export function yamlText(root: YAMLMap, head: string, foot?: string): string {
  visit(root, { Scalar: (_, node) => quote(node) });
  const document = new Document();
  document.contents = root;
  document.commentBefore = commentLines(head);
  if (foot !== undefined) document.comment = commentLines(foot);
  const text = document.toString({ lineWidth: 0, singleQuote: true });
  // PyYAML refuses them as they are, or takes them for a line's end; only comments and double-quoted text have any.
  return text.replaceAll(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, escaped);
}

const PLAIN = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[$A-Za-z][\w$./:@-]*$/i;
const PRINTABLE = /^[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/;

function quote(node: Scalar): void {
  if (typeof node.value !== 'string' || PLAIN.test(node.value)) return;
  node.type = PRINTABLE.test(node.value) ? Scalar.QUOTE_SINGLE : Scalar.QUOTE_DOUBLE;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A line that begins with spaces is kept as it is. */
function commentLines(text: string): string {
  return text
    .split('\n')
    .flatMap((line) => (line.startsWith(' ') ? [line] : wrapped(line)))
    .map((line) => ` ${line}`)
    .join('\n');
}

function wrapped(line: string): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + word.length >= WIDTH) {
      lines.push(current);
      current = '';
    }
    current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
