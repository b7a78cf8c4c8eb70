/** Control characters, which no CloudEvents attribute may have: a header may, and a path. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** Foreign text as an attribute's value. */
export function attributeText(text: string): string {
  return text.toWellFormed().replace(CONTROL, ' ');
}
