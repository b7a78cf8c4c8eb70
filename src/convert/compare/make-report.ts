import { formatCollectionPath } from '../../event/event-path.js';
import { addCounts, isClean, type MutableCounts, noCalls } from './call-counts.js';
import { chooseExamples } from './choose-examples.js';
import type { SideTotals } from './collection-sides.js';
import { type Compared, type CompareInput, pendingFrom } from './compare-input.js';
import type { CompareRules } from './compare-task.js';
import { hourNumber, hourText } from './date-text.js';
import { describeExample } from './describe-example.js';
import { type GateHour, judgeGate } from './gate.js';
import { type HourTally, placeOf } from './hour-tallies.js';
import type { CallExample, CollectionComparison, CompareReport, SideOfCollection } from './report.js';
import { settleBatches } from './settle-batches.js';
import { settleUncorrelated } from './settle-uncorrelated.js';

/** Puts together what was counted, and reads the examples again to say what is wrong with them. */
export async function makeReport(input: CompareInput, compared: Compared): Promise<CompareReport> {
  const { plan, trees, settings, stages, at } = input;
  const { rules, sides, tallies, events, tasks } = compared;
  const { hours, examples } = tallies.lists();
  const collections: CollectionComparison[] = [];
  for (const [number, path] of sides.paths.entries()) {
    const own = hours.filter(({ collection }) => collection === number);
    const isInRange = (hour: number): boolean => isHourInRange(hour, rules);
    const uncorrelated = settleUncorrelated(sides.of(number), own, tasks.stages[number] ?? [], isInRange);
    const unsure = rules.writer === 'azure' ? settleBatches(own) : new Set<HourTally>();
    const ofCollection = examples.filter((example) => placeOf(example).collection === number);
    const described: CallExample[] = [];
    for (const example of chooseExamples(ofCollection, own, unsure, settings.maxExamples)) {
      described.push(await describeExample(example, input, compared));
    }
    const { endpoint = '', deployment = '', collection = '' } = plan.collections[number] ?? {};
    collections.push({
      ...{ endpoint, deployment, collection },
      counts: sumOf(own),
      stageWriters: stages.writers(path).size,
      hours: own.map(({ hour, counts }) => ({ hour: hourText(hour), counts })),
      ...(uncorrelated === undefined ? {} : { uncorrelated }),
      legacy: sideOf(sides.of(number).legacy, at),
      v2: sideOf(sides.of(number).v2, at),
      examples: described,
    });
  }
  const counts = sumOf(hours);
  const { since, until } = plan.settings;
  const settled = hourNumber(pendingFrom(input));
  return {
    kind: 'mdc-bridge comparison',
    version: 1,
    legacy: trees.legacy.url,
    v2: trees.v2.url,
    v2Writer: settings.writer,
    at: at.toISOString(),
    pendingFrom: new Date(pendingFrom(input)).toISOString(),
    ...(since === undefined ? {} : { since: `${since}Z` }),
    ...(until === undefined ? {} : { until: `${until}Z` }),
    ok: isClean(counts) && collections.every(isReadAndEqual),
    counts,
    collections: collections.sort((a, b) => (formatCollectionPath(a) < formatCollectionPath(b) ? -1 : 1)),
    leftOut: [...plan.leftOut, ...events.leftOut],
    bytes: { legacy: plan.files.values().reduce((sum, { size }) => sum + size, 0), v2: events.bytes },
    ...(settings.gate === undefined ? {} : { gate: judgeGate(settings.gate, byHour(hours), settled) }),
  };
}

function isReadAndEqual({ v2, uncorrelated }: CollectionComparison): boolean {
  return v2.unreadable === 0 && (uncorrelated?.hoursDifferent ?? 0) === 0;
}

function isHourInRange(hour: number, { since, until }: CompareRules): boolean {
  return (hour + 1) * 3_600_000 > since && hour * 3_600_000 < until;
}

function sumOf(hours: readonly HourTally[]): MutableCounts {
  const sum = noCalls();
  for (const { counts } of hours) addCounts(sum, counts);
  return sum;
}

/** All collections' hours together, in their order. */
function byHour(hours: readonly HourTally[]): GateHour[] {
  const sums = new Map<number, MutableCounts>();
  for (const { hour, counts } of hours) {
    const sum = sums.get(hour) ?? noCalls();
    sums.set(hour, sum);
    addCounts(sum, counts);
  }
  return [...sums].map(([hour, counts]) => ({ hour, counts }));
}

function sideOf(side: SideTotals, at: Date): SideOfCollection {
  const { files, bytes, rows, newest, unreadable, unreadableExample } = side;
  return {
    ...{ files, bytes, rows, unreadable },
    ...(Number.isFinite(newest)
      ? {
          newest: new Date(newest).toISOString(),
          lagSeconds: Math.max(0, Math.round((at.getTime() - newest) / 1000)),
        }
      : {}),
    ...(unreadableExample === undefined ? {} : { unreadableExample: unreadableExample.text }),
  };
}
