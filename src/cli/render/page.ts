import { withoutSecrets } from '../../storage/secrets.js';
import type { Paint } from './paint.js';
import { printable } from './printable.js';
import { wrapBehind } from './text-width.js';

/** What a text is rendered for: never a line wider than `width`, colours as `paint` says. */
export interface Page {
  readonly width: number;
  readonly paint: Paint;
}

export function heading(text: string, { paint, width }: Page): string[] {
  return wrapBehind('', printable(text), width).map((line) => paint('bold', line));
}

export function paragraph(text: string, { width }: Page, indent = 0): string[] {
  return wrapBehind(' '.repeat(indent), printable(text), width);
}

export function warning(text: string, { paint, width }: Page): string[] {
  return wrapBehind('! ', printable(text), width).map((line) => paint('yellow', line));
}

export function nextSteps(steps: readonly (readonly [say: string, command: string])[], page: Page): string[] {
  return steps.flatMap(([say, command]) => [
    ...wrapBehind('→ ', printable(say), page.width),
    // Never wrapped: a command is there to be copied.
    `    ${page.paint('bold', command)}`,
  ]);
}

/** An argument as a POSIX shell takes it, control characters included; a SAS in it is hidden, to be put in again by hand. */
export function shellQuoted(argument: string): string {
  const shown = withoutSecrets(argument);
  if (/^[\w@%+=:,./-]+$/.test(shown)) return shown;
  if (printable(shown) === shown) return `'${shown.replaceAll("'", "'\\''")}'`;
  return `$'${printable(shown.replaceAll('\\', '\\\\').replaceAll("'", "\\'"))}'`;
}
