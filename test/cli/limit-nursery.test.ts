import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const SOURCE = new URL('../../src/cli/limit-nursery.ts', import.meta.url).href;

/** MiB of the nursery after so many objects that live for a while. */
async function nurseryAfterWork(prepare: string): Promise<number> {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { setTimeout as sleep } from 'node:timers/promises';
    const { limitNursery } = await import('${SOURCE}');
    ${prepare}
    let keep = [];
    for (let turn = 0; turn < 60; turn += 1) {
      for (let i = 0; i < 100_000; i += 1) {
        keep.push({ i, text: String(i) });
        if (keep.length > 200_000) keep = [];
      }
      await sleep(20);
    }
    console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return Number(stdout);
}

it('the nursery of a long run stays small', async () => {
  const [free, limited] = await Promise.all([nurseryAfterWork(''), nurseryAfterWork('limitNursery();')]);
  expect(free).toBeGreaterThanOrEqual(64);
  expect(limited).toBeLessThan(free);
});
