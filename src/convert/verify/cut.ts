const MAX_LENGTH = 200;

/** Text short enough for a person to read in a list; what is left out is said. */
export function cut(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  // Never half of a surrogate pair.
  const head = text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '');
  return `${head}… (${text.length - head.length} more characters)`;
}
