import type { Storage, StoredObject } from '../../storage/storage.js';
import { type EventPlace, sameHashes } from './duplicate-ids.js';
import { parseEvent } from './event-line.js';
import { readRange } from './read-range.js';
import type { Finding } from './report.js';

export interface DuplicateSearch {
  readonly folder: string;
  readonly tags: readonly string[];
  readonly destination: Storage;
  /** By the index of the source: its files in the v2 tree. */
  readonly outputs: ReadonlyMap<number, readonly StoredObject[]>;
  /** Pairs beyond this are no longer looked at. */
  readonly limit: number;
}

/** Two events that have a name in common, which must be unique. */
export interface Duplicate {
  readonly first: EventAt;
  readonly second: EventAt;
  readonly names: readonly ('id' | 'correlationid')[];
  readonly value: string;
}

interface EventAt {
  readonly object: string;
  readonly line: number;
  readonly isReported: boolean;
}

/** Each pair of equal hashes is confirmed by reading both events. */
export async function findDuplicates(search: DuplicateSearch): Promise<Duplicate[]> {
  const found = new Map<string, Duplicate>();
  for await (const [a, b] of sameHashes(search.folder, search.tags)) {
    if (found.size >= search.limit) break;
    const [first, second] = [eventAt(a, search), eventAt(b, search)];
    if (first === undefined || second === undefined) continue;
    const key = `${first.object}:${first.line} ${second.object}:${second.line}`;
    if (found.has(key)) continue;
    const [one, other] = [await readNames(a, first, search), await readNames(b, second, search)];
    const names = (['id', 'correlationid'] as const).filter((name) => one[name] === other[name]);
    // A hash in common and no name: chance.
    if (names.length > 0) found.set(key, { first, second, names, value: String(one[names[0] ?? 'id']) });
  }
  return [...found.values()];
}

/** A duplicate becomes part of what is reported of its event already, or a finding of its own. */
export function reportDuplicates(duplicates: readonly Duplicate[], findings: Finding[]): Finding[] {
  const added: Finding[] = [];
  for (const { first, second, names, value } of duplicates) {
    const isOf = (event: EventAt) => (finding: Finding) =>
      finding.object?.name === event.object && finding.object.line === event.line;
    const [reported, other] = second.isReported ? [second, first] : [first, second];
    const known = reported.isReported ? findings.findIndex(isOf(reported)) : -1;
    const finding = findings[known];
    const which = names.join(' and ');
    if (finding !== undefined) {
      const text = `${finding.text}; its ${which} is also that of ${describe(other)}`;
      findings[known] = { ...finding, text };
    } else if (!reported.isReported) {
      added.push({
        mark: '*',
        rows: 0,
        text: `two events have one ${which}: ${describe(first)} and ${describe(second)}`,
        object: { name: second.object, line: second.line },
        differences: [{ column: names[0] ?? 'id', v2: value }],
      });
    }
  }
  return added;
}

function describe({ object, line }: EventAt): string {
  return `${object} line ${line}`;
}

function eventAt(place: EventPlace, { outputs }: DuplicateSearch): EventAt | undefined {
  const object = outputs.get(place.file)?.[place.output]?.name;
  return object === undefined ? undefined : { object, line: place.line, isReported: place.isReported };
}

async function readNames(
  place: EventPlace,
  { object, line }: EventAt,
  { destination }: DuplicateSearch,
): Promise<Record<'id' | 'correlationid', unknown>> {
  const bytes = await readRange(destination, object, place.offset, place.offset + place.bytes);
  const text = bytes.toString('utf8').replace(/\n$/, '');
  const event = parseEvent({ text, number: line, offset: place.offset, bytes: place.bytes, ended: true });
  if (typeof event === 'string') return { id: event, correlationid: event };
  return { id: event.values['id'], correlationid: event.values['correlationid'] };
}
