import { readFileSync } from 'node:fs';

/** A fenced block of a Markdown file. */
export interface FencedBlock {
  readonly language: string;
  /** Of the comment right before it: `<!-- name -->`. */
  readonly name: string | undefined;
  /** Of its first line within the fence, from 1. */
  readonly line: number;
  /** Without the fences; ends in a newline. */
  readonly text: string;
  /** Whether nothing but a blank line stands between it and the block before it. */
  readonly followsBlock: boolean;
}

const BLOCK =
  /^(?:<!-- (?<name>[^\n]*) -->\n)?(?<fence>```+)(?<language>[^\n]*)\n(?<text>[\s\S]*?)^\k<fence>\n/gm;

/** In the order of the file, which is named from the project's root. */
export function readFencedBlocks(file: string): FencedBlock[] {
  const content = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  let end = 0;
  return [...content.matchAll(BLOCK)].map(({ index, groups = {}, 0: all }) => {
    const { name, language = '', text = '' } = groups;
    const fenced = index + all.indexOf(`\`\`\`${language}`) + language.length + 4;
    const followsBlock = content.slice(end, index).trim() === '';
    end = index + all.length;
    return { language, name, line: content.slice(0, fenced).split('\n').length, text, followsBlock };
  });
}
