/**
 * What a terminal would act on instead of showing: control characters, invisible marks that reorder or hide text, line
 * separators, halves of surrogate pairs. Names and values come from other people's data.
 */
const NOT_SHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text on one line in which everything can be seen: ESC becomes `\u001b`, a line feed `\n`. */
export function printable(text: string): string {
  return text.replace(NOT_SHOWN, escapeCharacter);
}

function escapeCharacter(character: string): string {
  switch (character) {
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    default: {
      const hex = (character.codePointAt(0) ?? 0).toString(16);
      return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
    }
  }
}
