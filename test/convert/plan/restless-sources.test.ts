import { describe, expect, it } from 'vitest';
import { planMigration } from '../../../src/convert/plan.js';
import { MemoryStorage } from '../../../src/storage/memory-storage.js';
import type { ReadRange } from '../../../src/storage/storage.js';
import { CORRELATION_HEADER, correlation, sourceName } from '../../support/rows.js';

const INPUTS = sourceName('inputs', '2024/02/28');
const PREDICTIONS = sourceName('predictions', '2024/02/28', 'predictions.csv');

const file = (...ids: string[]): string =>
  [`a,${CORRELATION_HEADER}`, ...ids.map((id) => `1,${correlation(id)}`), ''].join('\r\n');

/** A tree of inputs and predictions; `onRead` may change it whenever its inputs are about to be read. */
class RestlessTree extends MemoryStorage {
  readonly #onRead: (tree: RestlessTree, reading: number) => void;
  #readings = 0;

  constructor(onRead: (tree: RestlessTree, reading: number) => void) {
    super('modeldata');
    this.#onRead = onRead;
    this.put(INPUTS, file('one'));
    this.put(PREDICTIONS, file('one', 'two'));
  }

  override async *read(
    name: string,
    range?: ReadRange,
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, void> {
    if (name === INPUTS) {
      this.#readings += 1;
      this.#onRead(this, this.#readings);
    }
    yield* super.read(name, range, signal);
  }
}

describe('a source that changes while the plan reads it', () => {
  it('is planned as it is when it rests', async () => {
    const tree = new RestlessTree((storage, reading) => {
      if (reading <= 2) storage.put(INPUTS, file(...['one', 'two', 'three'].slice(0, reading + 1)));
    });
    const { files, leftOut, days } = await planMigration(tree);
    expect([...files].map(({ counts }) => counts.rows)).toEqual([3, 2]);
    expect(files.at(0)).toMatchObject({ size: file('one', 'two', 'three').length });
    expect(files.at(0)?.etag).toBe((await tree.stat(INPUTS))?.etag);
    expect(days[0]?.byDesignation['predictions']).toMatchObject({ joinable: 2 });
    expect(leftOut).toEqual([]);
  });

  it('is left out, with its name, if it never rests; what it was joined with is planned', async () => {
    const tree = new RestlessTree((storage, reading) => storage.put(INPUTS, file(`call-${reading}`)));
    const { files, leftOut } = await planMigration(tree);
    expect([...files].map(({ source }) => source)).toEqual([PREDICTIONS]);
    expect(leftOut).toMatchObject([{ count: 1, examples: [INPUTS] }]);
    expect(leftOut[0]?.why).toContain('changed again and again');
  });

  it('is left out if it vanishes', async () => {
    const tree = new RestlessTree((storage) => void storage.remove(INPUTS));
    const { files, leftOut } = await planMigration(tree);
    expect([...files].map(({ source }) => source)).toEqual([PREDICTIONS]);
    expect(leftOut).toMatchObject([{ count: 1, examples: [INPUTS] }]);
  });
});
