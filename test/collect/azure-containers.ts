import { randomUUID } from 'node:crypto';
import { BlobServiceClient, type BlockBlobClient, type ContainerClient } from '@azure/storage-blob';
import { afterAll } from 'vitest';
import { AzureSink, type AzureSinkOptions } from '../../src/collect/delivery/azure/azure-sink.js';
import type { Batch, BlobTarget } from '../../src/collect/delivery/batch.js';
import { connectionAddress } from '../../src/storage/azure/connection-address.js';
import { type Azurite, startAzurite } from '../support/azurite.js';

export const HEADER: Buffer = Buffer.from('writer,row\r\n');
const HEADER_ID = '00000000-0000-0000-0000-000000000000';

/** A container of an emulator, or of what stands before it. */
export class CollectorContainer {
  readonly client: ContainerClient;
  readonly #connectionString: string;
  #blobs = 0;

  private constructor(client: ContainerClient, connectionString: string) {
    this.client = client;
    this.#connectionString = connectionString;
  }

  static async make({ connectionString }: Pick<Azurite, 'connectionString'>): Promise<CollectorContainer> {
    const service = BlobServiceClient.fromConnectionString(connectionString);
    const client = service.getContainerClient(`modeldata-${randomUUID()}`);
    await client.create();
    return new CollectorContainer(client, connectionString);
  }

  /** The same, by another way. */
  through({ connectionString }: Pick<Azurite, 'connectionString'>): CollectorContainer {
    const service = BlobServiceClient.fromConnectionString(connectionString);
    return new CollectorContainer(service.getContainerClient(this.client.containerName), connectionString);
  }

  sink(options: Partial<AzureSinkOptions> = {}): AzureSink {
    return new AzureSink(connectionAddress(this.#connectionString, this.client.containerName), {
      connections: [this.#connectionString],
      concurrency: 4,
      maxMbps: Number.POSITIVE_INFINITY,
      retrySeconds: 40,
      ...options,
    });
  }

  /** No other test's. */
  target(header: Uint8Array | undefined = HEADER): BlobTarget {
    this.#blobs += 1;
    const name = `rg/ws/svc/model/1/inputs/2026/11/22/data${this.#blobs}.csv`;
    return header === undefined ? { name } : { name, header };
  }

  blob(name: string): BlockBlobClient {
    return this.client.getBlockBlobClient(name);
  }

  async text(name: string): Promise<string> {
    return (await this.blob(name).downloadToBuffer()).toString();
  }

  /** UUIDs of the blocks, in the order in which the service lists them; the header's is `header`. */
  async blocks(name: string): Promise<{ readonly committed: string[]; readonly uncommitted: string[] }> {
    const { committedBlocks = [], uncommittedBlocks = [] } = await this.blob(name).getBlockList('all');
    const ids = (blocks: readonly { readonly name: string }[]): string[] =>
      blocks.map((block) => {
        const id = Buffer.from(block.name, 'base64').toString();
        return id === HEADER_ID ? 'header' : id;
      });
    return { committed: ids(committedBlocks), uncommitted: ids(uncommittedBlocks) };
  }

  /** For a writer that has no key. */
  async sasUrl(name: string): Promise<string> {
    const { BlobSASPermissions } = await import('@azure/storage-blob');
    return await this.blob(name).generateSasUrl({
      permissions: BlobSASPermissions.parse('racwd'),
      expiresOn: new Date(Date.now() + 3_600_000),
    });
  }
}

/** An emulator of the calling test file's own, stopped at its end, and a container in it. */
export async function ownContainer(): Promise<{
  readonly azurite: Azurite;
  readonly container: CollectorContainer;
}> {
  const azurite = await startAzurite();
  afterAll(() => azurite.stop());
  return { azurite, container: await CollectorContainer.make(azurite) };
}

/** A batch of one row each. */
export function batchOf(...rows: readonly string[]): Batch {
  const bytes = Buffer.from(rows.map((row) => `${row}\r\n`).join(''));
  return { id: randomUUID(), bytes, size: bytes.length, rows: rows.length };
}

/** The id as other clients of the service have it. */
export function base64(uuid: string): string {
  return Buffer.from(uuid === 'header' ? HEADER_ID : uuid).toString('base64');
}
