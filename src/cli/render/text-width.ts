/** One cell for most characters, two for East Asian wide ones and emoji, none for marks that join the one before. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const JOINED = /[\p{Mn}\p{Me}\p{Cf}]/u;
const ONE_CELL_EACH = /^[\x20-\x7e]*$/;

function characterWidth(character: string): number {
  if (ONE_CELL_EACH.test(character)) return 1;
  return JOINED.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

/** How many cells of a terminal the text takes. */
export function textWidth(text: string): number {
  if (ONE_CELL_EACH.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** As much of the beginning as fits, and `…` if that is not all. */
export function cutEnd(text: string, width: number): string {
  return textWidth(text) <= width ? text : `${head(text, width - 1)}…`;
}

/** Both ends and `…` between them: for paths, whose end says most. */
export function cutMiddle(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const left = Math.floor((width - 1) / 3);
  const reversed = [...text].reverse().join('');
  const tail = [...head(reversed, width - 1 - left)].reverse().join('');
  return `${head(text, left)}…${tail}`;
}

export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'left' ? text + spaces : spaces + text;
}

/** Lines no wider than `width`, broken behind spaces and slashes, or inside a part that is wider than a whole line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of text.split(/(?<=[ /])/)) {
    // The space at a line's end needs no room.
    if (textWidth((line + part).trimEnd()) <= width) {
      line += part;
      continue;
    }
    if (line !== '') lines.push(line.trimEnd());
    line = part;
    while (textWidth(line.trimEnd()) > width) {
      const start = head(line, width);
      // A character wider than the line would never fit.
      if (start === '') break;
      lines.push(start);
      line = line.slice(start.length);
    }
  }
  return [...lines, line.trimEnd()];
}

/** `wrap` with `first` before the first line and as many spaces before the others. */
export function wrapBehind(first: string, text: string, width: number): string[] {
  const indent = textWidth(first);
  return wrap(text, width - indent).map((line, index) =>
    index === 0 ? first + line : `${' '.repeat(indent)}${line}`,
  );
}

/** Items separated by commas on lines no wider than `width`; an item is cut rather than broken. */
export function wrapItems(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  items.forEach((item, index) => {
    const text = cutEnd(item, width - 1) + (index < items.length - 1 ? ',' : '');
    const longer = line === '' ? text : `${line} ${text}`;
    if (textWidth(longer) <= width) {
      line = longer;
      return;
    }
    lines.push(line);
    line = text;
  });
  return [...lines, line];
}

function head(text: string, width: number): string {
  let used = 0;
  let length = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    length += character.length;
  }
  return text.slice(0, length);
}
