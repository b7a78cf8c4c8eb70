import type { Opening } from './job.ts';

/** What a loop calls. */
export interface Contender {
  /** One row, or one row and its prediction; with values of its own. */
  call(): void;
  /** Returns when its buffer has room. */
  ready(): Promise<void>;
  /** Returns when all is on disk. */
  flush(): Promise<void>;
  /** Rows that are in the storage by now. */
  written(): number;
  /** @throws Error if one of these calls' rows was dropped. */
  close(calls: number): Promise<void>;
}

export async function openContender(opening: Opening): Promise<Contender> {
  switch (opening.contender) {
    case 'collector':
      return (await import('./collector-contender.ts')).openCollector(opening);
    case 'collector-pair':
      return (await import('./collector-contender.ts')).openCollectorPair(opening);
    case 'dual':
    case 'dual-no-legacy':
    case 'dual-no-events':
      return (await import('./dual-contender.ts')).openDual(opening);
    case 'pino':
      return (await import('./pino-contender.ts')).openPino(opening);
    case 'pino-pair':
      return (await import('./pino-contender.ts')).openPinoPair(opening);
    case 'nothing':
      return nothing();
  }
}

function nothing(): Contender {
  return {
    call: () => undefined,
    ready: async () => undefined,
    flush: async () => undefined,
    written: () => 0,
    close: async () => undefined,
  };
}
