import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CallWindow,
  MAX_INTERRUPTED_BYTES,
  MAX_OPEN_CALLS,
  type OpenCall,
} from '../../src/mapping/call-window.js';

const MIB = 1024 * 1024;

/** Rows given to a window, and what became of their calls, in order: `+id` begun, `-id` closed. */
class Rows {
  readonly log: string[] = [];
  readonly window: CallWindow<OpenCall> = new CallWindow((call) => this.log.push(`-${call.id}`));

  /** `id` or `undefined` for an uncorrelated row; several at once: `add('a b a')`. */
  add(ids: string, bytes = 1): this {
    for (const id of ids.split(' ')) {
      if (id === '_') {
        this.window.interrupt();
        continue;
      }
      const call = this.window.join(id, bytes, () => {
        this.log.push(`+${id}`);
        return { id, places: 0, bytes: 0 };
      });
      call.places += 1;
    }
    return this;
  }

  end(): string[] {
    this.window.closeAll();
    return this.log;
  }
}

describe('rows with the same correlation id', () => {
  it('are one call where they follow each other', () => {
    expect(new Rows().add('a a a b b').end()).toEqual(['+a', '+b', '-a', '-b']);
  });

  it('are one call also where rows of other calls, or of none, stand between them', () => {
    expect(new Rows().add('a b a _ b a').end()).toEqual(['+a', '+b', '-a', '-b']);
  });

  it('are given to the end in the order in which their calls began', () => {
    expect(new Rows().add('c a b a c').end()).toEqual(['+c', '+a', '+b', '-c', '-a', '-b']);
  });
});

describe('an interrupted call', () => {
  const others = (n: number, from = 0): string =>
    Array.from({ length: n }, (_, i) => `x${i + from}`).join(' ');

  it('stays open while it is among the last 4,096 calls begun', () => {
    expect(MAX_OPEN_CALLS).toBe(4096);
    const rows = new Rows().add(`a ${others(4095)} a`);
    expect(rows.log.filter((entry) => entry.endsWith('a'))).toEqual(['+a']);
  });

  it('is closed when 4,096 others have begun, and its next row begins a call anew', () => {
    const rows = new Rows().add(`a ${others(4096)}`);
    expect(rows.log.at(-1)).toBe('-a');
    expect(rows.add('a').log.slice(-2)).toEqual(['+a', '-x0']);
  });

  it('is closed before younger ones', () => {
    const rows = new Rows().add(`a b ${others(4095)}`);
    expect(rows.log.filter((entry) => entry.startsWith('-'))).toEqual(['-a']);
    expect(rows.add('y').log.filter((entry) => entry.startsWith('-'))).toEqual(['-a', '-b']);
  });

  it('does not become young again by going on', () => {
    const rows = new Rows().add(`a ${others(4000)} a ${others(96, 4000)}`);
    expect(rows.log.at(-1)).toBe('-a');
  });

  it('is not hurried by uncorrelated rows', () => {
    const rows = new Rows().add('a').add(Array(10_000).fill('_').join(' ')).add('a');
    expect(rows.end()).toEqual(['+a', '-a']);
  });

  it('stays open while all interrupted calls hold under 32 MiB', () => {
    expect(MAX_INTERRUPTED_BYTES).toBe(32 * MIB);
    expect(
      new Rows()
        .add('a', 16 * MIB)
        .add('b', 16 * MIB - 1)
        .add('_ a b').log,
    ).toEqual(['+a', '+b']);
  });

  it('is closed when they hold 32 MiB, the oldest first and no more than needed', () => {
    expect(
      new Rows()
        .add('a', 1 * MIB)
        .add('b', 16 * MIB)
        .add('c', 15 * MIB)
        .add('_').log,
    ).toEqual(['+a', '+b', '+c', '-a']);
    expect(
      new Rows()
        .add('a', MIB)
        .add('b', 16 * MIB)
        .add('c', 32 * MIB)
        .add('_').log,
    ).toEqual([...['+a', '+b', '+c'], ...['-a', '-b', '-c']]);
  });

  it('is not closed by what the current call holds: that is not interrupted', () => {
    const rows = new Rows()
      .add('a', MIB)
      .add('b', 20 * MIB)
      .add('b b b', 20 * MIB);
    expect(rows.log).toEqual(['+a', '+b']);
    expect(rows.add('_').log).toEqual(['+a', '+b', '-a', '-b']);
  });

  it('goes on at its own next row, which it is then no longer interrupted by', () => {
    const rows = new Rows()
      .add('a', 20 * MIB)
      .add('b', 20 * MIB)
      .add('a');
    expect(rows.log).toEqual(['+a', '+b']);
    expect(rows.add('b').end()).toEqual(['+a', '+b', '-a', '-b']);
  });

  it('holds only the rows of its unfinished part', () => {
    const rows = new Rows()
      .add(Array(1001).fill('a').join(' '), MIB)
      .add('b', 30 * MIB)
      .add('_');
    expect(rows.log).toEqual(['+a', '+b']);
  });
});

describe('a row that can’t say whose it is', () => {
  it('is of the call of the row before it, unless that was uncorrelated', () => {
    const rows = new Rows().add('a');
    expect(rows.window.adopt(5)).toMatchObject({ id: 'a', bytes: 6 });
    expect(rows.add('_').window.adopt(5)).toBeUndefined();
    expect(new Rows().window.adopt(5)).toBeUndefined();
  });

  it('counts in what its call holds', () => {
    const rows = new Rows().add('a');
    rows.window.adopt(32 * MIB);
    expect(rows.add('_').log).toEqual(['+a', '-a']);
  });
});

describe('the window', () => {
  /** The sentence of the mapping, read plainly: every call is kept, and looked through at every row. */
  function plainly(rows: readonly (readonly [string, number])[]): string[] {
    const log: string[] = [];
    let open: { id: string; number: number; bytes: number; rows: number }[] = [];
    let begun = 0;
    for (const [id, bytes] of rows) {
      let call = open.find((one) => one.id === id);
      if (call === undefined && id !== '_') {
        call = { id, number: begun, bytes: 0, rows: 0 };
        begun += 1;
        open.push(call);
        log.push(`+${id}`);
      }
      for (;;) {
        const others = open.filter((one) => one !== call);
        const held = others.reduce((sum, one) => sum + one.bytes, 0);
        const [oldest] = others;
        if (oldest === undefined) break;
        if (begun - oldest.number <= MAX_OPEN_CALLS && held < MAX_INTERRUPTED_BYTES) break;
        open = open.filter((one) => one !== oldest);
        log.push(`-${oldest.id}`);
      }
      if (call !== undefined) call.bytes += bytes;
    }
    return [...log, ...open.map(({ id }) => `-${id}`)];
  }

  it('does what the mapping says, whatever the rows (property)', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', '_');
    const bytes = fc.constantFrom(1, MIB, 8 * MIB, 16 * MIB, 31 * MIB, 33 * MIB);
    fc.assert(
      fc.property(fc.array(fc.tuple(id, bytes), { maxLength: 30 }), (rows) => {
        const actual = new Rows();
        for (const [one, size] of rows) actual.add(one, size);
        expect(actual.end()).toEqual(plainly(rows));
      }),
      { numRuns: 1000 },
    );
  });
});
