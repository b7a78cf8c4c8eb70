import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Library from '../../src/index.ts';
import type { Contender } from './contender.ts';
import { DistinctValues, FEATURES } from './distinct-values.ts';
import type { Opening } from './job.ts';

/** Inputs of ten floats as a row of CSV and as an event. A side that is dead has a file where its folder should be. */
export async function openDual({ contender, library, storage, seed }: Opening): Promise<Contender> {
  const { ModelDataCollector }: typeof Library = await import(pathToFileURL(library).href);
  const deadPlace = join(storage, 'no-folder');
  writeFileSync(deadPlace, '');
  const place = (folder: string, isDead: boolean): string => join(isDead ? deadPlace : storage, folder);
  const inputs = new ModelDataCollector('diabetes', 'inputs', FEATURES, {
    enabled: true,
    stage: 'dual',
    storage: place('modeldata', contender === 'dual-no-legacy'),
    v2: { storage: place('modelDataCollector', contender === 'dual-no-events') },
    onError: () => undefined,
    shutdownMs: contender === 'dual' ? 60_000 : 1,
  });
  const values = new DistinctValues(seed);
  return {
    call: () => void inputs.collect(values.row()),
    ready: () => inputs.ready(),
    flush: () => inputs.flush(),
    written: () => inputs.stats().written,
    close: async (calls) => {
      const unlessDead = (error: unknown): void => {
        if (contender === 'dual') throw error;
      };
      // What lives is written before the one deadline of both, which the dead one would use up.
      await inputs.flush().catch(unlessDead);
      await inputs.close().catch(unlessDead);
      const { written: legacy, v2 } = inputs.stats();
      check('the legacy tree', legacy, contender === 'dual-no-legacy' ? 0 : calls);
      check('the v2 tree', v2?.written, contender === 'dual-no-events' ? 0 : calls);
    },
  };
}

/** What lives has all of it, what is dead has nothing. */
function check(where: string, written: number | undefined, expected: number): void {
  if (written !== expected) throw new Error(`${where} has ${written} rows, not ${expected}`);
}
