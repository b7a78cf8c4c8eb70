import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { eventFilesIn } from '../check/files-in.ts';

/** As many as ours has requests at once. */
const AT_ONCE = 16;

/** What a conversion of blobs can't do without, by the SDK alone: every source downloaded, every event file uploaded. */
export async function copyBySdk(
  connectionString: string,
  container: string,
  converted: string,
  destination: string,
): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const [source, target] = [service.getContainerClient(container), service.getContainerClient(destination)];
  const names: string[] = [];
  for await (const { name } of source.listBlobsFlat()) names.push(name);
  await atOnce(names, async (name) => void (await source.getBlobClient(name).downloadToBuffer()));
  await atOnce(eventFilesIn(converted), async (name) => {
    const content = readFileSync(join(converted, name));
    await target.getBlockBlobClient(name).upload(content, content.length);
  });
}

async function atOnce(names: readonly string[], act: (name: string) => Promise<void>): Promise<void> {
  const left = names.values();
  const lane = async (): Promise<void> => {
    for (const name of left) await act(name);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
