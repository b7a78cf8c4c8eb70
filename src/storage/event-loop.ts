import { setImmediate } from 'node:timers/promises';

/** A thread that waits in its calls hears of an abort, and says how far it is, only when its event loop turns: so often at least. */
const TURN_MS = 20;

let turned = performance.now();

/** Lets the event loop turn if it has not for a while. */
export async function turnEventLoop(): Promise<void> {
  const now = performance.now();
  if (now - turned < TURN_MS) return;
  await setImmediate();
  turned = performance.now();
}
