import { pathToFileURL } from 'node:url';
import type * as Library from '../../src/index.ts';
import type { Contender } from './contender.ts';
import { DistinctValues, FEATURES } from './distinct-values.ts';
import type { Opening } from './job.ts';

type Collector = Library.ModelDataCollector;

/** Inputs, with their correlation columns: `collect` of ten floats. */
export async function openCollector({ library, storage, seed }: Opening): Promise<Contender> {
  const inputs = await collectorOf(library, storage, 'inputs', FEATURES);
  const values = new DistinctValues(seed);
  return { ...whole([inputs]), call: () => void inputs.collect(values.row()) };
}

/** Inputs of ten floats, and the one that is predicted of them. */
export async function openCollectorPair({ library, storage, seed }: Opening): Promise<Contender> {
  const inputs = await collectorOf(library, storage, 'inputs', FEATURES);
  const predictions = await collectorOf(library, storage, 'predictions', ['progression']);
  const values = new DistinctValues(seed);
  return {
    ...whole([inputs, predictions]),
    call: () => {
      const correlations = inputs.collect(values.row());
      predictions.collect(predictions.addCorrelations([values.value()], correlations));
    },
  };
}

async function collectorOf(
  library: string,
  storage: string,
  designation: 'inputs' | 'predictions',
  names: readonly string[],
): Promise<Collector> {
  const { ModelDataCollector }: typeof Library = await import(pathToFileURL(library).href);
  // Its own settings otherwise: what is measured is what one gets.
  return new ModelDataCollector('diabetes', designation, names, { enabled: true, storage });
}

function whole(collectors: readonly Collector[]): Omit<Contender, 'call'> {
  const all = async (what: (collector: Collector) => Promise<void>): Promise<void> => {
    await Promise.all(collectors.map(what));
  };
  return {
    ready: () => all((collector) => collector.ready()),
    flush: () => all((collector) => collector.flush()),
    written: () => collectors.reduce((sum, collector) => sum + collector.stats().written, 0),
    close: async (calls) => {
      await all((collector) => collector.close());
      for (const collector of collectors) {
        const { accepted, written, dropped } = collector.stats();
        if (accepted === calls && written === calls) continue;
        throw new Error(
          `of ${calls} calls ${accepted} were accepted and ${written} written; dropped: ${JSON.stringify(dropped)}`,
        );
      }
    },
  };
}
