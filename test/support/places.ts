import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerClient } from '@azure/storage-blob';

/** A destination as its readers see it, without our code. */
export interface Place {
  /** As the command line names it. */
  readonly address: string;
  /** Name → what changes with the content, of all that is there, hidden or not. */
  list(): Promise<Map<string, string>>;
  /** `undefined` if it is gone. */
  read(name: string): Promise<Buffer | undefined>;
}

export function localPlace(root: string): Place {
  return {
    address: root,
    list: async () => {
      const found = new Map<string, string>();
      await walk(root, '', found);
      return found;
    },
    read: (name) => ifThere(readFile(join(root, name))),
  };
}

/** Folders and files come and go while it walks. */
async function walk(root: string, folder: string, found: Map<string, string>): Promise<void> {
  const entries = (await ifThere(readdir(join(root, folder), { withFileTypes: true }))) ?? [];
  for (const entry of entries) {
    const name = `${folder}${entry.name}`;
    if (entry.isDirectory()) await walk(root, `${name}/`, found);
    else {
      const there = await ifThere(stat(join(root, name), { bigint: true }));
      if (there !== undefined) found.set(name, `${there.ino} ${there.size} ${there.mtimeNs}`);
    }
  }
}

async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const { code, statusCode } = error as { readonly code?: string; readonly statusCode?: number };
    if (code === 'ENOENT' || statusCode === 404) return undefined;
    throw error;
  }
}

/** A folder of a container; `endpoint` is the account's. */
export function blobPlace(container: ContainerClient, endpoint: string, folder: string): Place {
  const prefix = `${folder}/`;
  return {
    address: `${endpoint}/${container.containerName}/${folder}`,
    list: async () => {
      const found = new Map<string, string>();
      for await (const { name, properties } of container.listBlobsFlat({ prefix }))
        found.set(name.slice(prefix.length), properties.etag);
      return found;
    },
    read: (name) => ifThere(container.getBlobClient(prefix + name).downloadToBuffer()),
  };
}

/** Everything that is there. */
export async function contentsOf(place: Place): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  for (const name of (await place.list()).keys()) {
    const content = await place.read(name);
    if (content !== undefined) contents.set(name, content);
  }
  return new Map([...contents].sort(([a], [b]) => (a < b ? -1 : 1)));
}
