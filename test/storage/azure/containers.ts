import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';

let made = 0;

/** A new container's client, by the SDK alone. */
export async function containerClient(connectionString: string): Promise<ContainerClient> {
  made += 1;
  const client = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(
    `container-${made}`,
  );
  await client.create();
  return client;
}

export async function makeContainer(connectionString: string): Promise<string> {
  return (await containerClient(connectionString)).containerName;
}
