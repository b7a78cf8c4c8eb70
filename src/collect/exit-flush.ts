/** What a process that ends has to wait for. */
export interface Unfinished {
  /** Writes what is left, within a deadline of its own; what the storage does not take stays. Never rejects. */
  finish(): Promise<void>;
  /** Nobody will write what is left. */
  giveUp(): void;
  /** Writes what is left without waiting, in the process's last moment, and gives up the rest. */
  finishNow(): void;
  hasWork(): boolean;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** All that is open in this process. */
const unfinished = new Set<Unfinished>();
/** Whose deadline is over, in a process that had nothing else to do: it is not kept up a second time. */
const exhausted = new WeakSet<Unfinished>();

/** Before the process ends, `work` is finished: on SIGTERM and SIGINT, and when nothing is left to do. */
export function finishAtExit(work: Unfinished): void {
  if (unfinished.size === 0) {
    process.on('beforeExit', finishBeforeExit);
    process.on('exit', finishNow);
    // First: a listener for one time only is gone from the list when its turn is over.
    for (const signal of SIGNALS) process.prependListener(signal, finishAtSignal);
  }
  unfinished.add(work);
}

export function forgetAtExit(work: Unfinished): void {
  if (!unfinished.delete(work) || unfinished.size > 0) return;
  process.off('beforeExit', finishBeforeExit);
  process.off('exit', finishNow);
  for (const signal of SIGNALS) process.off(signal, finishAtSignal);
}

/** A process may go on for as long as the slowest takes: so often those that were done have what came since. */
const ROUNDS = 3;

async function finishAll(works: readonly Unfinished[]): Promise<void> {
  let left = works;
  for (let round = 0; left.length > 0 && round < ROUNDS; round += 1) {
    const wereDone = new Set<Unfinished>();
    const finish = async (work: Unfinished): Promise<void> => {
      await work.finish();
      if (!work.hasWork()) wereDone.add(work);
    };
    await Promise.allSettled(left.map(finish));
    left = left.filter((work) => wereDone.has(work) && work.hasWork());
  }
}

/** Node asks again when this has been done: then nothing is left, or its deadline is over. */
function finishBeforeExit(): void {
  const left = [...unfinished].filter((work) => work.hasWork() && !exhausted.has(work));
  if (left.length === 0) return;
  void finishAll(left).then(() => {
    for (const work of left) {
      if (!work.hasWork()) continue;
      exhausted.add(work);
      work.giveUp();
    }
  });
}

function finishNow(): void {
  for (const work of unfinished) work.finishNow();
}

/** Then the process ends as it would have: by the signal, or by what others do who listen to it; perhaps it does not end. */
function finishAtSignal(signal: NodeJS.Signals): void {
  const alone = process.listenerCount(signal) === 1;
  void finishAll([...unfinished]).then(() => {
    if (!alone) return;
    finishNow();
    process.off(signal, finishAtSignal);
    // Behind the warnings of what is lost, which are printed in the next tick.
    process.nextTick(() => process.kill(process.pid, signal));
  });
}
