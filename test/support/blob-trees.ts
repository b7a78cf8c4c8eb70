import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { readFolder } from './golden.js';

/** A container of an emulator, by the SDK alone. */
export async function openContainer(connectionString: string, name: string): Promise<ContainerClient> {
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(name);
  await container.createIfNotExists();
  return container;
}

export async function uploadFolder(container: ContainerClient, folder: string): Promise<void> {
  for (const [name, content] of await readFolder(folder)) {
    await container.getBlockBlobClient(name).upload(content, content.length);
  }
}

/** Name → content; those that begin with `prefix`, without it. */
export async function readContainer(container: ContainerClient, prefix = ''): Promise<Map<string, Buffer>> {
  const blobs = new Map<string, Buffer>();
  for await (const { name } of container.listBlobsFlat({ prefix })) {
    blobs.set(name.slice(prefix.length), await container.getBlobClient(name).downloadToBuffer());
  }
  return blobs;
}
