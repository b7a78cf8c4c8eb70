import type { Batch } from '../batch.js';
import { ForeignContent, VanishedBlocks } from './blob-trouble.js';
import {
  type BlockList,
  blockId,
  type Content,
  contentOf,
  endangeredHeader,
  HEADER_BLOCK,
  idsToCommit,
  isWholeContent,
  namesOf,
} from './block-list.js';
import type { LeasedBlob } from './leased-blob.js';

/** What a process remembers of a blob between its turns; all of it may be forgotten. */
export interface BlobMemory {
  /** What it has staged as a header since the last commit; others may have staged theirs over it. */
  header: Uint8Array | undefined;
  /** As it left it. Not asked for again as long as the etag is the same: a long list takes a second to read. */
  content: Content | undefined;
}

export interface Appended {
  /** Those for which there is no room: nothing of them is in this blob. */
  readonly left: readonly Batch[];
  /** That the content consists of now. */
  readonly blocks: number;
}

/** What is to be appended to a blob, and how far it may grow. */
export interface Appending {
  /** Of a blob that has no content yet. */
  readonly header: Uint8Array | undefined;
  readonly batches: readonly Batch[];
  readonly maxBlocks: number;
}

interface Sorted {
  /** To be staged. */
  readonly absent: readonly Batch[];
  readonly left: readonly Batch[];
  /** Blocks of all that this blob has or gets, in the batches' order. */
  readonly ours: readonly string[];
}

/**
 * What a writer does while it has the lease: stages what isn't there, commits it with all that others have committed and staged,
 * and looks whether it is in the content.
 */
export async function takeTurn(
  blob: LeasedBlob,
  memory: BlobMemory,
  appending: Appending,
): Promise<Appended> {
  const list = await listBlocks(blob, memory);
  if (!isWholeContent(list)) throw new ForeignContent();
  const { left, absent, ours } = sort(list, appending);
  const committed = namesOf(list.committed);
  if (isIn(committed, ours)) return { left, blocks: committed.size };

  const header = await headerToStage(blob, list, memory, appending.header);
  if (header !== undefined) await blob.stage(HEADER_BLOCK, header);
  if (header !== undefined) memory.header = header;
  await stageAll(blob, absent);
  const ids = idsToCommit(list, header === undefined ? ours : [HEADER_BLOCK, ...ours]);
  const etag = await blob.commit(ids);
  memory.header = undefined;
  const staged = absent.map(({ id, bytes }) => ({ name: blockId(id), size: bytes.length }));
  const heading = header === undefined ? [] : [{ name: HEADER_BLOCK, size: header.length }];
  memory.content = contentOf(ids, list, [...heading, ...staged], etag);
  const after = namesOf((await listBlocks(blob, memory)).committed);
  if (!isIn(after, ours)) throw new VanishedBlocks();
  return { left, blocks: after.size };
}

async function listBlocks(blob: LeasedBlob, memory: BlobMemory): Promise<BlockList> {
  const known = memory.content;
  if (known !== undefined && known.etag !== '') {
    const { uncommitted, etag } = await blob.listStaged();
    if (etag === known.etag) return { ...known, uncommitted };
  }
  return await blob.list();
}

/** What is there already stays, and the others have the room that is left. */
function sort(list: BlockList, { header, batches, maxBlocks }: Appending): Sorted {
  const there = namesOf([...list.committed, ...list.uncommitted]);
  const isHeaded = header !== undefined && list.committed.length === 0;
  const room = Math.max(0, maxBlocks - (isHeaded ? there.union(new Set([HEADER_BLOCK])) : there).size);
  const absent = batches.filter(({ id }) => !there.has(blockId(id)));
  const left = new Set(absent.slice(room));
  const ours = batches.filter((batch) => !left.has(batch)).map(({ id }) => blockId(id));
  return { absent: absent.slice(0, room), left: [...left], ours };
}

/** Before the first commit the header that was staged last wins, afterwards the committed one. */
async function headerToStage(
  blob: LeasedBlob,
  list: BlockList,
  memory: BlobMemory,
  header: Uint8Array | undefined,
): Promise<Uint8Array | undefined> {
  const endangered = endangeredHeader(list);
  if (endangered !== undefined) return await blob.read({ ...endangered, etag: list.etag });
  if (header === undefined || list.committed.length > 0) return undefined;
  const isStaged =
    namesOf(list.uncommitted).has(HEADER_BLOCK) &&
    memory.header !== undefined &&
    Buffer.compare(memory.header, header) === 0;
  return isStaged ? undefined : header;
}

/** All of them end before the first failure is told: none is under way when the lease is given back. */
async function stageAll(blob: LeasedBlob, batches: readonly Batch[]): Promise<void> {
  const ends = await Promise.allSettled(batches.map(({ id, bytes }) => blob.stage(blockId(id), bytes)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function isIn(names: ReadonlySet<string>, ids: readonly string[]): boolean {
  return ids.every((id) => names.has(id));
}
