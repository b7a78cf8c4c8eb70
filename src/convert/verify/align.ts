/** One step of turning a list of expected rows into the actual one: indexes into both. */
export type Step =
  | { readonly kind: 'same' | 'different'; readonly expected: number; readonly actual: number }
  | { readonly kind: 'lost'; readonly expected: number }
  | { readonly kind: 'extra'; readonly actual: number };

/** Above this many pairs rows are matched by text alone, not by the longest common sequence. */
const MAX_PAIRS = 4_000_000;
const MAX_SIMILAR_PAIRS = 10_000;

/**
 * Lines up the rows of an event with those that it must have, so that one row lost in the middle is one step, not a difference
 * in all rows behind it. `unlikeness` tells how much two unequal rows differ, from 0 to 1.
 */
export function align(
  expected: readonly string[],
  actual: readonly string[],
  unlikeness: (expected: number, actual: number) => number,
): Step[] {
  const steps: Step[] = [];
  let i = 0;
  let j = 0;
  for (const [nextI, nextJ] of [
    ...commonPairs(expected, actual),
    [expected.length, actual.length] as const,
  ]) {
    steps.push(...alignUnequal(i, nextI, j, nextJ, unlikeness));
    if (nextI < expected.length) steps.push({ kind: 'same', expected: nextI, actual: nextJ });
    i = nextI + 1;
    j = nextJ + 1;
  }
  return steps;
}

type Pair = readonly [expected: number, actual: number];

/** Equal rows that can be paired without crossing, as many as possible. */
function commonPairs(a: readonly string[], b: readonly string[]): Pair[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let tail = 0;
  const limit = Math.min(a.length, b.length) - start;
  while (tail < limit && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const middleA = a.slice(start, a.length - tail);
  const middleB = b.slice(start, b.length - tail);
  const isSmall = middleA.length * middleB.length <= MAX_PAIRS;
  const middle = isSmall ? longestCommon(middleA, middleB) : firstCommon(middleA, middleB);
  return [
    ...Array.from({ length: start }, (_, i): Pair => [i, i]),
    ...middle.map(([i, j]): Pair => [start + i, start + j]),
    ...Array.from({ length: tail }, (_, i): Pair => [a.length - tail + i, b.length - tail + i]),
  ];
}

function longestCommon(a: readonly string[], b: readonly string[]): Pair[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      pairs.push([i, j]);
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

/** Each row with the next equal one: not the most pairs, but in one pass. */
function firstCommon(a: readonly string[], b: readonly string[]): Pair[] {
  const places = new Map<string, number[]>();
  b.forEach((row, j) => {
    const known = places.get(row);
    if (known === undefined) places.set(row, [j]);
    else known.push(j);
  });
  const pairs: Pair[] = [];
  let next = 0;
  a.forEach((row, i) => {
    const j = places.get(row)?.find((place) => place >= next);
    if (j === undefined) return;
    pairs.push([i, j]);
    next = j + 1;
  });
  return pairs;
}

/** Rows between two pairs: changed ones are paired with what they resemble most, the others are lost or extra. */
function alignUnequal(
  fromI: number,
  toI: number,
  fromJ: number,
  toJ: number,
  unlikeness: (expected: number, actual: number) => number,
): Step[] {
  const n = Math.max(0, toI - fromI);
  const m = Math.max(0, toJ - fromJ);
  const inOrder = n === m || n === 0 || m === 0 || n * m > MAX_SIMILAR_PAIRS;
  const pairs = inOrder ? undefined : mostAlike(n, m, (i, j) => unlikeness(fromI + i, fromJ + j));
  const steps: Step[] = [];
  let i = 0;
  let j = 0;
  while (i < n || j < m) {
    const isPair = i < n && j < m && (pairs === undefined || pairs.has(i * m + j));
    if (isPair) {
      steps.push({ kind: 'different', expected: fromI + i, actual: fromJ + j });
      i += 1;
      j += 1;
    } else if (i < n && (pairs === undefined || ![...Array(m).keys()].some((k) => pairs.has(i * m + k)))) {
      steps.push({ kind: 'lost', expected: fromI + i });
      i += 1;
    } else {
      steps.push({ kind: 'extra', actual: fromJ + j });
      j += 1;
    }
  }
  return steps;
}

/** Edit distance in which a change costs more than half of a loss and an addition together, the more the less alike. */
function mostAlike(n: number, m: number, unlikeness: (i: number, j: number) => number): Set<number> {
  const width = m + 1;
  const costs = new Float64Array((n + 1) * width);
  const at = (i: number, j: number): number => costs[i * width + j] ?? 0;
  const change = new Float64Array(n * m);
  for (let i = n; i >= 0; i -= 1) {
    for (let j = m; j >= 0; j -= 1) {
      if (i === n || j === m) {
        costs[i * width + j] = n - i + (m - j);
        continue;
      }
      change[i * m + j] = 1 + 0.9 * unlikeness(i, j);
      const changed = at(i + 1, j + 1) + (change[i * m + j] ?? 0);
      costs[i * width + j] = Math.min(changed, at(i + 1, j) + 1, at(i, j + 1) + 1);
    }
  }
  const pairs = new Set<number>();
  for (let i = 0, j = 0; i < n && j < m; ) {
    if (at(i, j) === at(i + 1, j + 1) + (change[i * m + j] ?? 0)) {
      pairs.add(i * m + j);
      i += 1;
      j += 1;
    } else if (at(i, j) === at(i + 1, j) + 1) i += 1;
    else j += 1;
  }
  return pairs;
}
