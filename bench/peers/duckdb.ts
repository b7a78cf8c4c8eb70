import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeCollection, TreeManifest } from '../generate/tree-manifest.ts';
import type { Duckdb, DuckdbConnection } from './duckdb-package.ts';
import { type Copy, copyStatement } from './duckdb-sql.ts';

/** More hours than a tree's collection has: with the default of 100, files are closed and begun anew. */
const OPEN_FILES = 1000;

/**
 * The quickest way found: so many instances of one thread each, which take the sources one after another, the largest first.
 * The threads of one instance would meet at one hash table, and lose the order of rows that lie on a border between them.
 */
export async function convertBySource(
  duckdb: Duckdb,
  { collections, files }: TreeManifest,
  source: string,
  destination: string,
  threads: number,
): Promise<void> {
  const waiting = [...files.entries()].sort(([, a], [, b]) => b.bytes - a.bytes);
  let next = 0;
  const lane = (): Promise<void> =>
    connected(duckdb, 1, async (connection) => {
      for (let entry = waiting[next]; entry !== undefined; entry = waiting[next]) {
        next += 1;
        const [index, { collection, path }] = entry;
        await convert(connection, destination, {
          collection: collections[collection]!,
          sources: [join(source, path)],
          name: `source${index}`,
          order: 'one thread',
        });
      }
    });
  await Promise.all(Array.from({ length: threads }, lane));
}

/** As most would write it: one instance, one statement a collection. */
export async function convertByCollection(
  duckdb: Duckdb,
  { collections, files }: TreeManifest,
  source: string,
  destination: string,
  threads: number,
): Promise<void> {
  await connected(duckdb, threads, async (connection) => {
    for (const [index, collection] of collections.entries()) {
      const sources = files.filter((file) => file.collection === index).map(({ path }) => join(source, path));
      await convert(connection, destination, { collection, sources, name: 'events', order: 'row number' });
    }
  });
}

async function connected(
  { DuckDBInstance }: Duckdb,
  threads: number,
  work: (connection: DuckdbConnection) => Promise<void>,
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    partitioned_write_max_open_files: String(OPEN_FILES),
  });
  const connection = await instance.connect();
  await work(connection);
  connection.closeSync();
  instance.closeSync();
}

async function convert(
  connection: DuckdbConnection,
  destination: string,
  copy: Omit<Copy, 'folder'>,
): Promise<void> {
  const folder = folderOf(copy.collection, destination);
  mkdirSync(folder, { recursive: true });
  await connection.run(copyStatement({ ...copy, folder }));
}

function folderOf({ endpoint, deployment, collection }: TreeCollection, destination: string): string {
  return join(destination, endpoint, deployment, collection);
}
