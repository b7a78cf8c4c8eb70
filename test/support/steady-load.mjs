import { writeSync } from 'node:fs';

const MOST_AT_ONCE = 40;

/**
 * Calls `collect` so often a second until the process is killed, and writes the ids that it returned to the file `acknowledged`, a
 * line each: one whole tick lies between a call and its line.
 */
export function steadyLoad(callsASecond, acknowledged, collect) {
  const start = performance.now();
  let calls = 0;
  const turn = () => {
    const due = Math.min(MOST_AT_ONCE, ((performance.now() - start) / 1000) * callsASecond - calls);
    const ids = [];
    for (let i = 0; i < due; i += 1) ids.push(collect());
    calls += ids.length;
    if (ids.length > 0)
      setImmediate(() => setImmediate(() => writeSync(acknowledged, `${ids.join('\n')}\n`)));
    setImmediate(turn);
  };
  turn();
}
