import { join } from 'node:path';
import { type ContainerName, FIXTURES, readFolder } from './golden.js';

/** Of a destination's files: events and rejects, by name; rejects stand under `rejects/`, as in the expected trees. */
export function outcomeOf(files: ReadonlyMap<string, Buffer>): Map<string, string> {
  const named = [...files].map(([name, content]) => [outcomeName(name), content.toString('utf8')] as const);
  return new Map(
    named.filter(([name]) => !name.startsWith('_migration/')).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** What must become of a container, by an oracle that shares no code with us. */
export async function expectedOutcome(name: ContainerName): Promise<Map<string, string>> {
  return outcomeOf(await readFolder(join(FIXTURES, 'expected', name)));
}

export function outcomeName(name: string): string {
  return name.replace(/^_migration\/[^/]+\/rejects/, 'rejects');
}

/** The lines of a destination's only journal, whole ones all of them; throws if one is not. */
export function journalOf(files: ReadonlyMap<string, Buffer>): JournalLines {
  const journals = [...files].filter(([name]) => /^_migration\/[^/]+\/journal\.jsonl$/.test(name));
  const [[, content] = []] = journals;
  if (content === undefined || journals.length > 1) throw new Error(`${journals.length} journals`);
  const lines = content.toString('utf8').split('\n');
  if (lines.pop() !== '') throw new Error("the journal's last line is cut short");
  const entries = lines.map((line) => JSON.parse(line) as { kind: string; source?: string });
  return { lines, sources: entries.flatMap(({ kind, source = '' }) => (kind === 'source' ? [source] : [])) };
}

export interface JournalLines {
  readonly lines: readonly string[];
  /** The source of each entry for one, in their order. */
  readonly sources: readonly string[];
}
