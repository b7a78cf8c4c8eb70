import { existsSync, rmSync } from 'node:fs';
import { removeAbandoned, scratchFolder } from './scratch.ts';

/** Above this, somebody else is using the cores, and times are theirs too. */
const QUIET_LOAD = 0.5;

export interface ScratchSettings {
  /** The built library's entry. */
  readonly library: string;
  readonly work: string;
}

/** Measures in a folder that is gone afterwards, also after a signal; says first if the machine is busy. */
export async function inScratch(
  settings: ScratchSettings,
  { loadBefore }: { readonly loadBefore: number },
  measure: (scratch: string) => Promise<void>,
): Promise<void> {
  if (!existsSync(settings.library)) throw new Error(`no ${settings.library}: npm run build makes it`);
  if (loadBefore > QUIET_LOAD) {
    console.error(`The machine is not quiet (load ${loadBefore.toFixed(1)}): take these times lightly.`);
  }
  removeAbandoned(settings.work);
  const scratch = scratchFolder(settings.work);
  const clear = (): void => rmSync(scratch, { recursive: true, force: true });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clear();
      process.exit(1);
    });
  }
  try {
    await measure(scratch);
  } finally {
    clear();
  }
}
