import { correlatedFile, plainFile } from './legacy-file.js';
import { type LegacyTree, writeTree } from './legacy-trees.js';
import { correlation, sourceName } from './rows.js';

/** Rows of the one source that is large enough to be split among threads. */
const LARGE_ROWS = 20_000;

/**
 * A tree whose conversion takes long enough to be killed in the middle of it: small sources of several hours, one in seven with a
 * row that is rejected; some without correlation; one large one.
 */
export async function writeKillTree(root: string, days: number): Promise<void> {
  const tree: Record<string, Buffer> = {};
  for (let day = 0; day < days; day += 1) {
    const folder = dayOf(day);
    for (const designation of ['inputs', 'predictions'])
      tree[sourceName(designation, folder, `${designation}.csv`)] = Buffer.from(small(folder, day));
    if (day % 3 === 0)
      tree[sourceName('labels', folder, 'labels.csv')] = Buffer.from(plainFile('y', '1', `${day}`, '0'));
  }
  tree[sourceName('inputs', '2025/12/31')] = Buffer.from(large());
  await writeTree(root, tree satisfies LegacyTree);
}

function dayOf(n: number): string {
  return new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10).replaceAll('-', '/');
}

function small(folder: string, day: number): string {
  const date = folder.replaceAll('/', '-');
  const rows = Array.from(
    { length: 24 },
    (_, i) =>
      `${i}.${day},${correlation(`${date}-${i}`, `${date}T${String(6 + (i >> 3)).padStart(2, '0')}:00:0${i % 8}`)}`,
  );
  return correlatedFile('a', ...rows, ...(day % 7 === 0 ? ['1,2,3'] : []));
}

function large(): string {
  return correlatedFile(
    'a',
    ...Array.from({ length: LARGE_ROWS }, (_, i) => {
      const time = new Date(Date.UTC(2025, 11, 31) + i * 4000).toISOString().slice(0, 19);
      return `${i},${correlation(`large-${i}`, time)}`;
    }),
  );
}
