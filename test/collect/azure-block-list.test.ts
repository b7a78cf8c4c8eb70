import { describe, expect, it } from 'vitest';
import {
  type BlockList,
  blockId,
  contentOf,
  endangeredHeader,
  HEADER_BLOCK,
  idsToCommit,
  isWholeContent,
} from '../../src/collect/delivery/azure/block-list.js';

/** `h` is the header's; each block has as many bytes as its place in the alphabet says. */
function list(committed: string, uncommitted: string, contentLength?: number): BlockList {
  const blocks = (names: string) =>
    [...names].map((name) => ({
      name: name === 'h' ? HEADER_BLOCK : name,
      size: name.charCodeAt(0) - 96,
    }));
  return { committed: blocks(committed), uncommitted: blocks(uncommitted), contentLength, etag: '"1"' };
}

function committed(before: BlockList, ours = ''): string {
  const ids = [...ours].map((name) => (name === 'h' ? HEADER_BLOCK : name));
  return idsToCommit(before, ids)
    .map((id) => (id === HEADER_BLOCK ? 'h' : id))
    .join('');
}

describe('what a commit names', () => {
  it('the header first, the content in its order, what others have staged, and ours in their order', () => {
    expect(committed(list('hba', 'yx'), 'dc')).toBe('hbayxdc');
  });

  it('the header first wherever it is: staged by another, by us, or in the middle of the content', () => {
    expect(committed(list('ba', 'xh'), 'c')).toBe('hbaxc');
    expect(committed(list('', 'x'), 'hc')).toBe('hxc');
    expect(committed(list('bha', ''), 'c')).toBe('hbac');
    expect(committed(list('ba', 'x'), 'c')).toBe('baxc');
  });

  it('each block once: one of ours that is staged already, one that was staged again after its commit', () => {
    expect(committed(list('ha', 'cxb'), 'bcd')).toBe('haxbcd');
    expect(committed(list('hab', 'ahx'), 'b')).toBe('habx');
  });

  it('nothing, of nothing', () => {
    expect(committed(list('', ''))).toBe('');
  });
});

describe('a committed header', () => {
  it('is in danger where another is staged under its id, and lies where the blocks before it end', () => {
    expect(endangeredHeader(list('hab', 'hx'))).toEqual({ start: 0, end: 8 });
    expect(endangeredHeader(list('bch', 'h'))).toEqual({ start: 5, end: 13 });
  });

  it('is in none otherwise', () => {
    for (const safe of [list('hab', 'x'), list('ab', 'h'), list('', 'h'), list('', '')]) {
      expect(endangeredHeader(safe)).toBeUndefined();
    }
  });
});

describe('the content after a commit', () => {
  it('is the blocks it named, each as large as it was staged last', () => {
    const staged = [
      { name: HEADER_BLOCK, size: 80 },
      { name: 'd', size: 40 },
    ];
    const sizes = (before: BlockList, names: string) => {
      const ids = [...names].map((name) => (name === 'h' ? HEADER_BLOCK : name));
      const { committed: blocks, contentLength, etag } = contentOf(ids, before, staged, '2');
      expect(blocks.map(({ name }) => name)).toEqual(ids);
      return [...blocks.map(({ size }) => size), contentLength, etag];
    };
    expect(sizes(list('hab', 'hx'), 'habxd')).toEqual([80, 1, 2, 24, 40, 147, '2']);
  });
});

describe('a content', () => {
  it('is whole if its blocks are all of it; a service may not tell the length of one that isn’t there', () => {
    expect(isWholeContent(list('abc', 'z', 6))).toBe(true);
    expect(isWholeContent(list('', 'z', 0))).toBe(true);
    expect(isWholeContent(list('', 'z'))).toBe(true);
    expect(isWholeContent(list('', '', 5))).toBe(false);
    expect(isWholeContent(list('abc', '', 7))).toBe(false);
  });
});

describe('a block’s id', () => {
  it('is base64 of the 36 characters, as recorded', () => {
    expect(HEADER_BLOCK).toBe('MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAw');
    expect(blockId('a5bf1b60-f46c-406a-aaa8-916a6ac171a3')).toBe(
      'YTViZjFiNjAtZjQ2Yy00MDZhLWFhYTgtOTE2YTZhYzE3MWEz',
    );
  });
});
