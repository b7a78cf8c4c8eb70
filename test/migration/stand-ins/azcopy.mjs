#!/usr/bin/env node
// Stands in for `azcopy copy CONTAINER-URL FOLDER --recursive`, which makes FOLDER/CONTAINER.
import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';

const [command, url, folder, flag] = process.argv.slice(2);
if (command !== 'copy' || flag !== '--recursive')
  throw new Error(`azcopy ${process.argv.slice(2).join(' ')}`);
const name = basename(url);
const container = BlobServiceClient.fromConnectionString(
  process.env.AZURE_STORAGE_CONNECTION_STRING,
).getContainerClient(name);
for await (const blob of container.listBlobsFlat()) {
  const file = join(folder, name, blob.name);
  mkdirSync(dirname(file), { recursive: true });
  await container.getBlobClient(blob.name).downloadToFile(file);
}
