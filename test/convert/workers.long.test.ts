import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertInChild } from '../support/child.js';
import { CONTAINER_NAMES, legacyFolder, readFolder } from '../support/golden.js';
import { CORRELATION_HEADER } from '../support/rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Every file of a DEST; the journal's entries stand in the order in which sources were done, so they are sorted. */
async function readDestination(root: string): Promise<Map<string, string>> {
  const files = await readFolder(root);
  return new Map(
    [...files].map(([name, content]) => {
      const text = content.toString('latin1');
      return [name, name.endsWith('/journal.jsonl') ? text.split('\n').sort().join('\n') : text];
    }),
  );
}

describe('any number of worker threads', () => {
  for (const name of CONTAINER_NAMES) {
    it(`gives the same bytes: ${name}`, async () => {
      const folder = await temporaryFolder();
      const trees: Map<string, string>[] = [];
      for (const workers of [0, 1, 2, 3]) {
        const destination = join(folder, String(workers), 'v2');
        const { report } = await convertInChild(legacyFolder(name), destination, { workers });
        expect(report).toMatchObject({ failed: [], changed: [], interrupted: false });
        trees.push(withoutAddress(await readDestination(destination), destination));
      }
      const [inline, ...threads] = trees;
      expect(inline?.size).toBeGreaterThan(3);
      for (const tree of threads) expect(tree).toEqual(inline);
    });
  }

  it('gives the same bytes of one huge file, which is split over them', async () => {
    const folder = await temporaryFolder();
    const [name, source] = ['sub-1/rg-1/ws-1/svc/model/3/inputs/2018/12/30', join(folder, 'modeldata')];
    await mkdir(join(source, name), { recursive: true });
    await writeFile(join(source, name, 'inputs.csv'), hugeFile());
    const trees: Map<string, string>[] = [];
    for (const workers of [1, 2, 3]) {
      const destination = join(folder, String(workers), 'v2');
      const { report } = await convertInChild(source, destination, { workers });
      expect(report).toMatchObject({ converted: 1, failed: [] });
      trees.push(withoutAddress(await readDestination(destination), destination));
    }
    const plan = JSON.parse([...(trees[0] ?? [])].find(([file]) => file.endsWith('plan.json'))?.[1] ?? '');
    expect(plan.files[0].splits.length).toBeGreaterThan(0);
    const [one, ...others] = trees;
    for (const tree of others) expect([...tree].every(([file, text]) => one?.get(file) === text)).toBe(true);
  });

  it('changes no byte of what another number has written', async () => {
    const destination = join(await temporaryFolder(), 'v2');
    const first = await convertInChild(legacyFolder('variants-modeldata'), destination, { workers: 3 });
    const before = await readFolder(destination);
    const second = await convertInChild(legacyFolder('variants-modeldata'), destination, { workers: 1 });
    expect(second.report).toMatchObject({ converted: 0, unchanged: first.report.converted });
    expect(await readFolder(destination)).toEqual(before);
  });

  it('finishes what fewer have begun', async () => {
    const destination = join(await temporaryFolder(), 'v2');
    const include = ['**/inputs/**'];
    const first = await convertInChild(legacyFolder('diabetes'), destination, { workers: 1, include });
    const second = await convertInChild(legacyFolder('diabetes'), destination, { workers: 3 });
    expect(second.report.unchanged).toBe(first.report.converted);
    const fresh = join(await temporaryFolder(), 'v2');
    await convertInChild(legacyFolder('diabetes'), fresh, { workers: 0 });
    const events = async (root: string): Promise<unknown> =>
      [...(await readFolder(root))].filter(([name]) => !name.startsWith('_migration/'));
    expect(await events(destination)).toEqual(await events(fresh));
  });
});

/** Two thirds of an hour's calls after another; larger than what is never split (128 MiB). */
function hugeFile(): Buffer {
  const rows = [`age,note,${CORRELATION_HEADER}\r\n`];
  const note = 'x'.repeat(2000);
  for (let call = 0; call < 65_000; call += 1) {
    const minute = Math.floor(call / 46);
    const time = `2018-12-30T${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00.25`;
    rows.push(`${call},"${note}\n",id-${call},${time},1440,sub-1/rg-1/ws-1,svc,model,3,\r\n`);
  }
  return Buffer.from(rows.join(''));
}

/** The report names DEST, which is another one each time. */
function withoutAddress(tree: Map<string, string>, destination: string): Map<string, string> {
  return new Map([...tree].map(([name, text]) => [name, text.replaceAll(destination, 'DEST')]));
}
