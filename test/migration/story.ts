import type { FencedBlock } from './fenced-blocks.js';

/** What a reader of the runbook does, in order. */
export type Step =
  /** Saves a block under the name that stands before it. */
  | { readonly kind: 'file'; readonly line: number; readonly path: string; readonly text: string }
  /** Runs commands, and sees these lines among what they print, in this order; `…` is anything. */
  | { readonly kind: 'sh'; readonly line: number; readonly text: string; readonly prints: readonly string[] };

/** The blocks of commands, of the files that these need, and of what they print. The others are no part of the story. */
export function makeStory(blocks: readonly FencedBlock[]): readonly Step[] {
  return blocks.flatMap((block, i): Step[] => {
    const { language, name = '', line, text } = block;
    if (name.startsWith('file: ')) return [{ kind: 'file', line, path: name.slice(6), text }];
    if (language !== 'sh') return [];
    const next = blocks[i + 1];
    const prints = next !== undefined && isPrinted(next) ? next.text.split('\n').slice(0, -1) : [];
    return [{ kind: 'sh', line, text, prints }];
  });
}

/** A block of what the block before it prints. */
export function isPrinted({ language, followsBlock }: FencedBlock): boolean {
  return language === 'text' && followsBlock;
}

/** The first of these lines that does not come, in its turn, in the output. */
export function firstMissing(output: string, prints: readonly string[]): string | undefined {
  const lines = output.split('\n').map(plain);
  let at = 0;
  for (const expected of prints) {
    const pattern = asPattern(plain(expected));
    const found = lines.findIndex((line, i) => i >= at && pattern.test(line));
    if (found < 0) return expected;
    at = found + 1;
  }
  return undefined;
}

/** Without the spaces that can't be seen: at the end, and what kind one is within a number. */
function plain(line: string): string {
  return line.trimEnd().replaceAll(/\s/g, ' ');
}

function asPattern(line: string): RegExp {
  const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
