import type { ContainerClient } from '@azure/storage-blob';

/** A blob as a listing has it. */
export interface FakeItem {
  readonly name: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What one request asks for. */
export interface ListRequest {
  readonly prefix: string;
  readonly token: string | undefined;
}

interface FakeOptions {
  /** Entries at once, at most. */
  readonly page?: number;
  /** The answer to the n-th request, from 1 on, if it is a refusal. */
  readonly fail?: (n: number) => Error | undefined;
}

interface Paging {
  readonly maxPageSize: number;
  readonly continuationToken?: string;
}

/** A container that can be listed, and the requests for that. `items` are in the service's order. */
export function fakeContainer(
  items: readonly (FakeItem | string)[],
  { page = 5000, fail }: FakeOptions,
): { readonly client: ContainerClient; readonly requests: ListRequest[] } {
  const requests: ListRequest[] = [];
  const blobs = items.map((item): FakeItem => (typeof item === 'string' ? { name: item } : item));

  /** Blobs and folders, merged in the order of their names, cut into pages. */
  function pageOf(prefix: string, delimiter: string | undefined, token: string | undefined): unknown {
    requests.push({ prefix, token });
    const refused = fail?.(requests.length);
    if (refused !== undefined) throw refused;
    const entries = new Map<string, FakeItem | undefined>();
    for (const blob of blobs) {
      if (!blob.name.startsWith(prefix)) continue;
      const end = delimiter === undefined ? -1 : blob.name.indexOf(delimiter, prefix.length);
      if (end < 0) entries.set(blob.name, blob);
      else entries.set(blob.name.slice(0, end + 1), undefined);
    }
    const start = Number(token ?? 0);
    const shown = [...entries].slice(start, start + page);
    return {
      segment: {
        blobItems: shown.flatMap(([, blob]) => (blob === undefined ? [] : [{ properties: {}, ...blob }])),
        blobPrefixes: shown.flatMap(([name, blob]) => (blob === undefined ? [{ name }] : [])),
      },
      continuationToken: start + page < entries.size ? String(start + page) : '',
    };
  }

  const pages = (prefix: string, delimiter?: string): unknown => ({
    byPage: ({ continuationToken }: Paging) => ({
      next: async () => ({ value: pageOf(prefix, delimiter, continuationToken), done: false }),
    }),
  });
  const client = {
    listBlobsFlat: ({ prefix }: { prefix: string }) => pages(prefix),
    listBlobsByHierarchy: (delimiter: string, { prefix }: { prefix: string }) => pages(prefix, delimiter),
  };
  return { client: client as unknown as ContainerClient, requests };
}
