import type { ReadRange, Storage } from '../../src/storage/storage.js';

/** Names as a listing gives them; oddities are marked. */
export async function names(storage: Storage, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of storage.list(prefix))
    found.push('oddity' in entry ? `!${entry.name}` : entry.name);
  return found;
}

export async function read(storage: Storage, name: string, range?: ReadRange): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of storage.read(name, range)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

export const text = (content: string): Uint8Array => Buffer.from(content, 'utf8');
