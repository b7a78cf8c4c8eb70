import { describe, expect, it } from 'vitest';
import { LegacyLines } from '../../src/mapping/legacy-lines.js';
import { readRows } from '../support/read-rows.js';
import { CORRELATION_HEADER, correlation } from '../support/rows.js';

/** What each line of a file is, in short. */
async function linesOf(
  content: string | Uint8Array,
  verdict: 'present' | 'absent' | 'auto' = 'auto',
): Promise<string[]> {
  const lines = new LegacyLines(verdict);
  return (await readRows(content)).map((row) => {
    const line = lines.read(row);
    if (line.kind === 'blank') return 'blank';
    if (line.kind === 'header') {
      const what = line.changes ? 'header' : 'repeated';
      return `${what} ${line.names.join(',')}${line.withCorrelation ? ' +8' : ''}`;
    }
    return `row ${line.width} of ${line.header}${line.correlation === undefined ? '' : ` ${line.correlation.id}`}`;
  });
}

const ID = correlation('id');

describe('the lines of a file', () => {
  it('are a header, rows with and without the eight values, and blanks', async () => {
    expect(await linesOf(`a,b,${CORRELATION_HEADER}\r\n1,2,${ID}\r\n\r\n3,4\n\n`)).toEqual([
      'header a,b +8',
      'row 2 of 0 id',
      'blank',
      'row 2 of 0',
      'blank',
    ]);
  });

  it('begin with the first that is not blank', async () => {
    expect(await linesOf('\n\r\na,b\n1,2\n')).toEqual(['blank', 'blank', 'header a,b', 'row 2 of 0']);
  });

  it('may all be rows', async () => {
    expect(await linesOf(`1,${ID}\n2,${ID}\n`)).toEqual(['row 1 of 0 id', 'row 1 of 0 id']);
  });

  it('keep the eight names in another order as data columns', async () => {
    const [first, ...others] = CORRELATION_HEADER.split(',');
    expect(await linesOf(`a,${others.join(',')},${first}\n`)).toEqual([
      `header a,${others.join(',')},${first}`,
    ]);
  });

  it('count a line of one quoted empty field as a row, not as blank', async () => {
    expect(await linesOf('a\n""\n')).toEqual(['header a', 'row 1 of 0']);
  });

  it('are as --header says, whatever the first looks like', async () => {
    expect(await linesOf('1,2\n3,4\n', 'present')).toEqual(['header 1,2', 'row 2 of 0']);
    expect(await linesOf('a,b\nc,d\n', 'absent')).toEqual(['row 2 of 0', 'row 2 of 0']);
    expect(await linesOf(`x,${ID}\ny,${ID}\n`, 'present')).toMatchObject({ 0: `header x,${ID}` });
  });
});

describe('a first line that is rejected', () => {
  it('is no header, whatever it says', async () => {
    expect(await linesOf('"a"x,b\n1,2\n')).toEqual(['row 2 of 0', 'row 2 of 0']);
    expect(await linesOf('"a"x,b\n1,2\n', 'present')).toEqual(['row 2 of 0', 'row 2 of 0']);
    expect(await linesOf(Buffer.from('\xe9,b\nc,d\n', 'latin1'))).toEqual(['row 2 of 0', 'row 2 of 0']);
  });

  it('does not make the second line a header either', async () => {
    expect(await linesOf('"a"x\nb,c\n')).toEqual(['row 1 of 0', 'row 2 of 0']);
  });
});

describe('a repeated header in mid-file', () => {
  it('is one that holds the eight names', async () => {
    const header = `a,${CORRELATION_HEADER}`;
    expect(await linesOf(`${header}\n1,${ID}\n${header}\n2,${ID}\n`)).toEqual([
      'header a +8',
      'row 1 of 0 id',
      'repeated a +8',
      'row 1 of 0 id',
    ]);
  });

  it('is one that holds the eight names in any order, with values among them', async () => {
    const shuffled = CORRELATION_HEADER.split(',').toReversed().join(',');
    expect(await linesOf(`a,${CORRELATION_HEADER}\n1,${shuffled}\n`)).toEqual([
      'header a +8',
      `header 1,${shuffled}`,
    ]);
  });

  it('is one that equals the real header, where that has no field like data', async () => {
    expect(await linesOf('p,q\n1,2\np,q\n3,4\n')).toEqual([
      'header p,q',
      'row 2 of 0',
      'repeated p,q',
      'row 2 of 0',
    ]);
    expect(await linesOf('p,q\nq,p\n')).toEqual(['header p,q', 'row 2 of 0']);
  });

  it('is a row where the header has a field like data', async () => {
    expect(await linesOf('p,\n1,2\np,\n', 'present')).toEqual(['header p,', 'row 2 of 0', 'row 2 of 0']);
    expect(await linesOf('0,1\nx,y\n0,1\n')).toEqual(['header 0,1', 'row 2 of 0', 'row 2 of 0']);
  });

  it('replaces the names in force from there on, if its own differ', async () => {
    const [a, b] = [`a,${CORRELATION_HEADER}`, `b,c,${CORRELATION_HEADER}`];
    expect(await linesOf(`${a}\n1,${ID}\n${b}\n1,2,${ID}\n${b}\n${a}\n1,${ID}\n`)).toEqual([
      'header a +8',
      'row 1 of 0 id',
      'header b,c +8',
      'row 2 of 1 id',
      'repeated b,c +8',
      'header a +8',
      'row 1 of 2 id',
    ]);
  });

  it('does not replace names that are the same but for the eight', async () => {
    expect(await linesOf(`a,b\n1,2\na,b,${CORRELATION_HEADER}\n1,2,${ID}\n`)).toEqual([
      'header a,b',
      'row 2 of 0',
      'repeated a,b +8',
      'row 2 of 0 id',
    ]);
  });

  it('comes into force also in a file without a first header', async () => {
    expect(await linesOf(`1,${ID}\na,${CORRELATION_HEADER}\n2,${ID}\n`)).toEqual([
      'row 1 of 0 id',
      'header a +8',
      'row 1 of 1 id',
    ]);
  });

  it('is never a rejected line', async () => {
    const lines = await linesOf(`a,${CORRELATION_HEADER}\n"a"x,${CORRELATION_HEADER}\n`);
    expect(lines).toEqual(['header a +8', 'row 9 of 0']);
  });
});

describe('the eight values of a spoilt row', () => {
  it('are read where their own bytes are whole', async () => {
    expect(await linesOf(`a\n"1"x,${ID}\n`)).toEqual(['header a', 'row 1 of 0 id']);
    expect(await linesOf(Buffer.from(`a\n\xe9,${ID}\n`, 'latin1'))).toEqual(['header a', 'row 1 of 0 id']);
  });

  it('are not read where their own bytes are no UTF-8', async () => {
    const spoilt = Buffer.from(`a\n1,${correlation('i\xe9d')}\n`, 'latin1');
    expect(await linesOf(spoilt)).toEqual(['header a', 'row 9 of 0']);
  });
});
