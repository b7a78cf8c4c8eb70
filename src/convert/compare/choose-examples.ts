import { hourNumber } from './date-text.js';
import { type HourTally, placeOf, type RawExample } from './hour-tallies.js';

/**
 * One collection's examples of what is a finding still when the hours' balances are settled, at most so many of a kind.
 *
 * @param hours the collection's.
 * @param unsure hours of which the balance has explained some missing calls, but not which.
 */
export function chooseExamples(
  examples: readonly RawExample[],
  hours: readonly HourTally[],
  unsure: ReadonlySet<HourTally>,
  most: number,
): RawExample[] {
  const byHour = new Map(hours.map((tally) => [tally.hour, tally]));
  const chosen = new Map<RawExample['kind'], RawExample[]>();
  for (const example of examples) {
    const tally = byHour.get(hourNumber(placeOf(example).time));
    if (tally === undefined || !isStillSo(example, tally)) continue;
    const isUnsure = example.kind === 'only-legacy' && unsure.has(tally);
    const kind = isUnsure ? 'only-legacy-or-batched' : example.kind;
    const same = chosen.get(kind) ?? [];
    chosen.set(kind, same);
    if (same.length < most) same.push({ ...example, kind });
  }
  return [...chosen.values()].flat();
}

function isStillSo({ kind }: RawExample, { counts }: HourTally): boolean {
  if (kind === 'only-legacy') return counts.onlyLegacy > 0;
  return kind !== 'only-v2' || counts.onlyV2 > 0;
}
