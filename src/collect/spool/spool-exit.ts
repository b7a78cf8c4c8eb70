/** What is to be written before a process is gone. */
export interface LastWrite {
  writeNow(): unknown;
}

const open = new Set<LastWrite>();

/** `process.exit` and uncaught errors leave no tick's end: what was taken in their tick is written all the same. */
export function writeAtExit(store: LastWrite): void {
  if (open.size === 0) process.on('exit', writeAll);
  open.add(store);
}

export function forgetLastWrite(store: LastWrite): void {
  if (open.delete(store) && open.size === 0) process.off('exit', writeAll);
}

function writeAll(): void {
  for (const store of open) store.writeNow();
}
