import type { BlobItem, BlobPrefix, ContainerClient } from '@azure/storage-blob';
import type { ListedOddity, StoredObject } from '../storage.js';

/** The most that the service gives at once; so much of a listing is in memory. */
const PAGE = 5000;

/** Sends one request of a listing, and turns its failure into an error for people. */
export type ListSend = <T>(act: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * All blobs under a prefix, page by page, ordered by the UTF-8 bytes of their names as the service gives them. With `wanted` the walk goes
 * from folder to folder, a request or more for each, and what is below an unwanted one is never listed.
 */
export async function* listBlobs(
  container: ContainerClient,
  prefix: string,
  send: ListSend,
  wanted?: (folder: string) => boolean,
): AsyncGenerator<StoredObject | ListedOddity, void, void> {
  if (wanted === undefined) {
    for await (const blobs of flatPages(container, prefix, send)) yield* blobs.flatMap(toObject);
    return;
  }
  for await (const entries of folderPages(container, prefix, send)) {
    for (const entry of entries) {
      if ('blob' in entry) yield* toObject(entry.blob);
      else if (wanted(entry.folder)) yield* listBlobs(container, entry.folder, send, wanted);
    }
  }
}

async function* flatPages(
  container: ContainerClient,
  prefix: string,
  send: ListSend,
): AsyncGenerator<readonly BlobItem[], void, void> {
  let token: string | undefined;
  do {
    const page = await send(async (abortSignal) => {
      const options = { prefix, includeMetadata: true, abortSignal };
      const pages = container.listBlobsFlat(options).byPage({ maxPageSize: PAGE, ...from(token) });
      return (await pages.next()).value;
    });
    yield page?.segment.blobItems ?? [];
    token = page?.continuationToken;
  } while (token !== undefined && token !== '');
}

type FolderEntry = { readonly name: string } & ({ readonly blob: BlobItem } | { readonly folder: string });

async function* folderPages(
  container: ContainerClient,
  prefix: string,
  send: ListSend,
): AsyncGenerator<readonly FolderEntry[], void, void> {
  let token: string | undefined;
  do {
    const page = await send(async (abortSignal) => {
      const options = { prefix, includeMetadata: true, abortSignal };
      const pages = container
        .listBlobsByHierarchy('/', options)
        .byPage({ maxPageSize: PAGE, ...from(token) });
      return (await pages.next()).value;
    });
    const blobItems: readonly BlobItem[] = page?.segment.blobItems ?? [];
    const blobPrefixes: readonly BlobPrefix[] = page?.segment.blobPrefixes ?? [];
    const entries: FolderEntry[] = [
      ...blobItems.map((blob) => ({ name: blob.name, blob })),
      ...blobPrefixes.map(({ name }) => ({ name, folder: name })),
    ];
    // A page has its blobs and its folders apart.
    yield entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
    token = page?.continuationToken;
  } while (token !== undefined && token !== '');
}

function from(token: string | undefined): { continuationToken?: string } {
  return token === undefined ? {} : { continuationToken: token };
}

/** Every URL library turns these into another name. */
const NOT_ADDRESSABLE = /\\|(?:^|\/)\.{1,2}(?:\/|$)/;

/** Nothing for the stub that stands for a folder in accounts with a hierarchy. */
function toObject({ name, properties, metadata }: BlobItem): (StoredObject | ListedOddity)[] {
  const resource = (properties as { resourceType?: string; ResourceType?: string }).ResourceType;
  if (metadata?.['hdi_isfolder'] === 'true' || resource === 'directory') return [];
  if (NOT_ADDRESSABLE.test(name)) return [{ name, oddity: 'not-addressable' }];
  return [
    {
      name,
      size: properties.contentLength ?? 0,
      etag: bareEtag(properties.etag),
      ...(properties.accessTier === 'Archive' ? { archived: true } : {}),
    },
  ];
}

/** Listings give it bare, other answers within quotes. */
export function bareEtag(etag: string | undefined): string {
  return (etag ?? '').replace(/^"|"$/g, '');
}

/** As conditions want it. */
export function quotedEtag(etag: string): string {
  return `"${etag}"`;
}
