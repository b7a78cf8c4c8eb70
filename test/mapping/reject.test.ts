import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RawRow } from '../../src/csv/split-rows.js';
import { RowSplitter } from '../../src/csv/split-rows.js';
import { formatReject } from '../../src/mapping/reject.js';
import { readRows } from '../support/read-rows.js';

const SOURCE = 'sub/credit "risk"/é.csv';

/** A reject's line as the file has it, in UTF-8. */
const written = (row: RawRow, reason: Parameters<typeof formatReject>[2] = 'width'): string =>
  Buffer.from(formatReject(SOURCE, row, reason), 'latin1').toString('utf8');

async function only(content: string | Uint8Array, limit?: number): Promise<RawRow> {
  const [row] = await readRows(content, 1000, new RowSplitter(limit));
  return row!;
}

describe('a line of the rejects', () => {
  it('has source, offset, length, reason and the raw row with its line ending, in this order', async () => {
    const rows = await readRows('a\r\né,"1"\r\n');
    expect(written(rows[1]!)).toBe(
      `{"source":"sub/credit \\"risk\\"/é.csv","offset":3,"length":8,"reason":"width","raw":"é,\\"1\\"\\r\\n"}\n`,
    );
  });

  it('says which row took it along', async () => {
    expect(JSON.parse(written(await only('x\n'), 'with-row 17'))).toMatchObject({
      reason: 'with-row 17',
      raw: 'x\n',
    });
  });

  it('has the bytes in base64 where they are no UTF-8', async () => {
    const bytes = Buffer.from('caf\xe9\n', 'latin1');
    const reject = JSON.parse(written(await only(bytes), 'utf8')) as Record<string, unknown>;
    expect(reject).toEqual({
      source: SOURCE,
      offset: 0,
      length: 5,
      reason: 'utf8',
      rawBase64: bytes.toString('base64'),
    });
  });

  it('has the row whole up to 64 KiB, and no checksum', async () => {
    const text = `${'x'.repeat(65_535)}\n`;
    expect(JSON.parse(written(await only(text)))).toMatchObject({ length: 65_536, raw: text });
    expect(written(await only(text))).not.toContain('sha256');
  });

  it('has the first 64 KiB and the checksum of the whole row beyond that', async () => {
    const text = `${'x'.repeat(70_000)}\r\n`;
    const sha256 = createHash('sha256').update(text).digest('hex');
    for (const limit of [undefined, 66_000]) {
      const reject = JSON.parse(written(await only(text, limit), 'too-long')) as Record<string, unknown>;
      expect(Object.keys(reject)).toEqual(['source', 'offset', 'length', 'reason', 'raw', 'sha256']);
      expect(reject).toMatchObject({ length: 70_002, raw: 'x'.repeat(65_536), sha256 });
    }
  });

  it('has a head that is cut within a character in base64', async () => {
    const text = `x${'é'.repeat(40_000)}\n`;
    const reject = JSON.parse(written(await only(text))) as { rawBase64: string };
    expect(Buffer.from(reject.rawBase64, 'base64')).toEqual(Buffer.from(text).subarray(0, 65_536));
  });
});
