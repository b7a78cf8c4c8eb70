import { describe, expect, it, vi } from 'vitest';
import type { CollectorDesignation } from '../../src/collect/collector-options.js';
import { CORRELATION_COLUMNS } from '../../src/legacy/correlation.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectorIn, filesIn, nameOf, tailOf } from './collectors.js';

const EIGHT = CORRELATION_COLUMNS.join(',');

describe('a collector that is not enabled', () => {
  it('takes nothing, whatever it is, and returns nothing', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder, 'inputs', ['a'], { enabled: false });
    expect(collector.enabled).toBe(false);
    expect(collector.collect([1])).toBeUndefined();
    expect(collector.collect(Buffer.from('x') as never)).toBeUndefined();
    await collector.flush();
    await collector.ready();
    await collector.close();
    expect(collector.stats()).toMatchObject({ accepted: 0, written: 0 });
    expect(filesIn(folder)).toEqual({});
  });

  it('asks neither the clock nor for an id', () => {
    const asked = vi.fn(() => 0);
    const collector = collectorIn('unused', 'inputs', ['a'], {
      enabled: false,
      clock: asked,
      newId: () => String(asked()),
    });
    collector.collect([1]);
    expect(asked).not.toHaveBeenCalled();
  });

  it('leaves the process’s signals and its end alone', () => {
    const counts = (): number[] =>
      ['SIGTERM', 'SIGINT', 'exit', 'beforeExit'].map((name) => process.listenerCount(name));
    const before = counts();
    collectorIn('unused', 'inputs', ['a'], { enabled: false, handleSignals: true });
    expect(counts()).toEqual(before);
  });

  it('is refused like others where its options can’t be', () => {
    const designation = 'outputs' as CollectorDesignation;
    expect(() => collectorIn('unused', designation, [], { enabled: false })).toThrow(
      /no such designation: outputs/,
    );
  });
});

describe('AML_MODEL_DC_DEBUG', () => {
  async function printedBy(options: { enabled: boolean }): Promise<[string, Record<string, string>]> {
    const folder = await temporaryFolder();
    const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      const environment = { AML_MODEL_DC_DEBUG: 'true' };
      const collector = collectorIn(folder, 'inputs', ['a'], { ...options, environment });
      collector.collect([1]);
      await collector.close();
      return [print.mock.calls.map(([text]) => String(text)).join(''), filesIn(folder)];
    } finally {
      print.mockRestore();
    }
  }

  it('prints rows below their header, also where nothing is collected', async () => {
    const [printed, files] = await printedBy({ enabled: false });
    expect(printed).toBe(`a,${EIGHT}\r\n1,${tailOf('id-1')}\r\n\n`);
    expect(files).toEqual({});
  });

  it('prints what is written too', async () => {
    const [printed, files] = await printedBy({ enabled: true });
    expect(printed).toBe(`${files[nameOf()]}\n`);
  });
});
