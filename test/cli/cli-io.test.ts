import { expect, test } from 'vitest';
import { textWidthOf, wantsColour } from '../../src/cli/cli-io.js';
import { fakeStream } from './fake-io.js';

const coloured = { color: true };

test('colours only on a terminal, and not with NO_COLOR, --no-color or a dumb terminal', () => {
  const screen = fakeStream(80);
  expect(wantsColour(screen, {}, coloured)).toBe(true);
  expect(wantsColour(screen, { NO_COLOR: '' }, coloured)).toBe(true);
  expect(wantsColour(screen, { NO_COLOR: '1' }, coloured)).toBe(false);
  expect(wantsColour(screen, { TERM: 'dumb' }, coloured)).toBe(false);
  expect(wantsColour(screen, {}, { color: false })).toBe(false);
  expect(wantsColour(fakeStream(), {}, coloured)).toBe(false);
});

test('text is 100 columns wide, or as wide as a narrower terminal, but never under 60', () => {
  expect([undefined, 200, 100, 80, 20].map((columns) => textWidthOf(fakeStream(columns)))).toEqual([
    100, 100, 100, 80, 60,
  ]);
});
