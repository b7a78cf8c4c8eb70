/** The header's block: one id for all writers, so that a blob has one header. */
export const HEADER_BLOCK: string = blockId('00000000-0000-0000-0000-000000000000');

/** A batch's UUID as its block's id. All ids of a blob must have one length. */
export function blockId(uuid: string): string {
  return Buffer.from(uuid, 'latin1').toString('base64');
}

export interface Block {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
}

/** What a blob consists of. */
export interface Content {
  /** In the content's order. */
  readonly committed: readonly Block[];
  /** In bytes; a service may say nothing as long as there is no content. */
  readonly contentLength: number | undefined;
  /** Without quotes; changes with the content, and not with what is staged. */
  readonly etag: string;
}

/** What a blob consists of, and what waits to become a part of it. */
export interface BlockList extends Content {
  readonly uncommitted: readonly Block[];
}

export function namesOf(blocks: readonly Block[]): Set<string> {
  return new Set(blocks.map(({ name }) => name));
}

/**
 * What a commit has to name: a block that it doesn't name is deleted. The header first, the content as it is, what other writers have
 * staged, and last what `ours` have, in their order. Each once, also one that was staged again after its commit.
 */
export function idsToCommit({ committed, uncommitted }: BlockList, ours: readonly string[]): string[] {
  const others = namesOf(uncommitted).difference(new Set(ours));
  const all = new Set([...namesOf(committed), ...others, ...ours]);
  return [...(all.has(HEADER_BLOCK) ? new Set([HEADER_BLOCK, ...all]) : all)];
}

/**
 * Where the committed header lies in the content, if another one is staged under its id: a commit by id would take that one.
 * `end` is one past the last byte.
 */
export function endangeredHeader({
  committed,
  uncommitted,
}: BlockList): { readonly start: number; readonly end: number } | undefined {
  const at = committed.findIndex(({ name }) => name === HEADER_BLOCK);
  if (at < 0 || !namesOf(uncommitted).has(HEADER_BLOCK)) return undefined;
  const start = bytesOf(committed.slice(0, at));
  return { start, end: start + (committed[at]?.size ?? 0) };
}

/** Whether the content is these blocks; what one request has put there is none, and a commit would replace it. */
export function isWholeContent({ committed, contentLength }: BlockList): boolean {
  return contentLength === undefined || bytesOf(committed) === contentLength;
}

/** The content that a commit of `ids` has made of a blob's blocks and of those that were `staged` since they were listed. */
export function contentOf(
  ids: readonly string[],
  { committed, uncommitted }: BlockList,
  staged: readonly Block[],
  etag: string,
): Content {
  // The last of a name is what a commit takes.
  const sizes = new Map([...committed, ...uncommitted, ...staged].map(({ name, size }) => [name, size]));
  const blocks = ids.map((name) => ({ name, size: sizes.get(name) ?? 0 }));
  return { committed: blocks, contentLength: bytesOf(blocks), etag };
}

function bytesOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { size }) => sum + size, 0);
}
