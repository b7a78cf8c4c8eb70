import { describe, expect, test } from 'vitest';
import { joinText } from '../../../src/cli/render/join-text.js';
import { day, designationDay } from './sample-plan.js';
import { HOSTILE, PAGE, shown } from './shown-lines.js';

const clean = { inputs: designationDay(10, 10, 10), predictions: designationDay(10, 10, 10) };
const lost = { inputs: designationDay(10, 10, 10), predictions: designationDay(10, 0, 0) };

test('what decides comes first: which share of predictions and labels can be joined, and why the rest can not', () => {
  const days = [
    day('2024-02-28', { ...clean, labels: designationDay(5, 5, 2) }),
    day('2024-02-29', { ...lost, labels: designationDay(5, 5, 5) }),
  ];
  expect(shown(joinText(days, PAGE))).toBe(`Can predictions and labels be joined to their inputs?
  predictions  50.0 %  10 of 20 rows joinable  10 without correlation id
  labels       70.0 %   7 of 10 rows joinable                             3 with an id that the
                                                                          day's inputs lack

              days               rows  with id  without  joinable  why the rest is not
svc / model / 1
  2024-02-28     1  inputs         10       10        0
                    predictions    10       10        0     100 %
                    labels          5        5        0    40.0 %  id not among that day's inputs
  2024-02-29     1  inputs         10       10        0
                    predictions    10        0       10       0 %  no correlation id
                    labels          5        5        0     100 %
`);
});

describe('days are folded', () => {
  test('while the same is to be said of them, whatever their numbers', () => {
    const days = [
      day('2024-01-01', clean),
      day('2024-01-02', { ...clean, inputs: designationDay(7, 7, 7) }),
      day('2024-01-05', clean),
      day('2024-01-06', lost),
      day('2024-01-07', clean),
    ];
    const text = shown(joinText(days, PAGE));
    expect(text).toMatch(/^ {2}2024-01-01 … 2024-01-05 +3 {2}inputs +27 +27 +0$/m);
    expect(text).toMatch(/^ {2}2024-01-06 +1 {2}inputs/m);
    expect(text).toMatch(/^ {2}2024-01-07 +1 {2}inputs/m);
  });

  test('a day is one day, also when two workspaces have the same service', () => {
    const other = { workspace: 'other/rg/ws' };
    const text = shown(joinText([day('2024-01-01', clean), day('2024-01-01', clean, other)], PAGE));
    expect(text).toMatch(/^ {2}2024-01-01 +1 {2}inputs +20/m);
  });

  test('and a year of changing days does not fill the screen', () => {
    const days = Array.from({ length: 60 }, (_, i) =>
      day(
        `2024-${String(1 + Math.floor(i / 28)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')}`,
        i % 2 ? clean : lost,
      ),
    );
    const lines = joinText(days, PAGE);
    expect(shown(lines)).toContain('… and 48 more ranges of days: --json lists every day');
    expect(lines.length).toBeLessThan(40);
  });
});

test('what the plan says of wide rows and of pairing is said once for its days', () => {
  const said = {
    explode: "exploded: the widths of 80 prediction rows are the sizes of the day's 80 calls, in order",
    pair: 'could be paired in order: 138 input rows, as many predictions',
  };
  const days = [
    day('2024-01-01', lost, said),
    day('2024-01-02', lost, { ...said, pair: said.pair.replace('138', '140') }),
  ];
  const text = shown(joinText(days, PAGE));
  expect(text.match(/wide rows exploded/g)).toHaveLength(1);
  expect(text).toContain(
    '  · --pair order: could be paired in order: 138 input rows, as many predictions (so on 2024-01-01;\n    the other days alike)',
  );
});

test('services with nothing to join, or with no rows, are only named', () => {
  const none = { inputs: designationDay(0, 0, 0), predictions: designationDay(0, 0, 0) };
  const days = [
    day('2024-01-01', { inputs: designationDay(3, 3, 3) }, { service: 'a' }),
    day('2024-01-01', none, { service: 'b' }),
  ];
  const text = shown(joinText(days, PAGE));
  expect(text).toContain(
    '  only inputs, nothing to join:\n    a / model / 1\n  no rows at all:\n    b / model / 1\n',
  );
  expect(text).not.toContain('why the rest is not');
});

test('a tree of inputs alone says so, and no days say nothing', () => {
  expect(shown(joinText([day('2024-01-01', { inputs: designationDay(3, 3, 3) })], PAGE))).toContain(
    'There are only inputs in this tree.',
  );
  expect(joinText([], PAGE)).toEqual([]);
});

test('labels without any inputs that day say so', () => {
  const text = shown(joinText([day('2024-01-01', { labels: designationDay(3, 3, 0) })], PAGE));
  expect(text).toMatch(/labels +3 +3 +0 +0 % {2}no inputs that day$/m);
});

test('hostile names stay in their cells', () => {
  const days = [
    day(
      '2024-01-01',
      { inputs: designationDay(1, 1, 1), [HOSTILE]: designationDay(1, 0, 0) },
      { service: HOSTILE, explode: HOSTILE, pair: HOSTILE },
    ),
  ];
  expect(shown(joinText(days, PAGE))).toContain('\\u001b[2J\\n\\u202e');
});
