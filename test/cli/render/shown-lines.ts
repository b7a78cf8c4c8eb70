import { expect } from 'vitest';
import type { Page } from '../../../src/cli/render/page.js';
import { plainPaint } from '../../../src/cli/render/paint.js';
import { textWidth } from '../../../src/cli/render/text-width.js';

export const PAGE: Page = { width: 100, paint: plainPaint };

/** The lines as one text, after a look at what holds for every text: no line too wide, nothing a terminal would act on. */
export function shown(lines: readonly string[], width = 100): string {
  for (const line of lines) {
    // A command to copy is never wrapped.
    if (!line.startsWith('    mdc-bridge ')) expect(textWidth(line), line).toBeLessThanOrEqual(width);
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\s$/u);
  }
  return lines.join('\n');
}

/** Text that tries to break out of its line, its cell and its page. */
export const HOSTILE = '\u001b[2J\n\u202e"><script>|日本語 `x` __proto__\u0000';
