import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import type { Contender } from './contender.ts';
import { DistinctValues } from './distinct-values.ts';
import type { Opening } from './job.ts';

type Destination = ReturnType<typeof pino.destination>;

/** The record of ten floats as one line. */
export async function openPino({ storage, seed }: Opening): Promise<Contender> {
  const { logger, rest } = await open(storage);
  const values = new DistinctValues(seed);
  return { ...rest, call: () => logger.info(values.record()) };
}

/** Two lines that share an id, as rows that belong together do. */
export async function openPinoPair({ storage, seed }: Opening): Promise<Contender> {
  const { logger, rest } = await open(storage);
  const values = new DistinctValues(seed);
  return {
    ...rest,
    call: () => {
      const id = randomUUID();
      logger.info({ id, ...values.record() });
      logger.info({ id, progression: values.value() });
    },
  };
}

async function open(
  folder: string,
): Promise<{ readonly logger: Logger; readonly rest: Omit<Contender, 'call'> }> {
  const destination = pino.destination({ dest: join(folder, 'pino.jsonl'), sync: false });
  await once(destination, 'ready');
  return {
    logger: pino(destination),
    rest: {
      ready: () => drained(destination),
      flush: () => drained(destination),
      written: () => 0,
      close: async () => {
        destination.end();
        await once(destination, 'close');
      },
    },
  };
}

/** After lines of this turn: their writing has begun, and so its end is still to come. */
async function drained(destination: Destination): Promise<void> {
  await once(destination, 'drain');
}
