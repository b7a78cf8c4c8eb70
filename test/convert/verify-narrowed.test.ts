import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConvertOptions, convertTree } from '../../src/convert/run.js';
import { verifyTree } from '../../src/convert/verify/verify-tree.js';
import { errorOf } from '../support/error-of.js';
import { CORRELATION_HEADER, correlation, sourceName } from '../support/rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A converted tree of an inputs and a general file. */
async function converted(
  options: ConvertOptions = {},
): Promise<readonly [source: string, destination: string]> {
  const [source, destination] = [await temporaryFolder(), await temporaryFolder()];
  const files = {
    [sourceName()]: `a,${CORRELATION_HEADER}\r\n1,${correlation('id-1')}\r\n`,
    [sourceName('general', '2024/02/29', 'default.csv')]: 'g\r\n1\r\n2\r\n',
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(source, name)), { recursive: true });
    await writeFile(join(source, name), content);
  }
  await convertTree(source, destination, { workers: 0, ...options });
  return [source, destination];
}

describe('verify does not prove less than was converted without saying so', () => {
  it('finds the sources that a later, narrower run left out of the plan', async () => {
    const [source, destination] = await converted();
    await convertTree(source, destination, { workers: 0, include: ['**/inputs/**'] });
    const report = await verifyTree(source, destination, { workers: 0 });
    expect(report.ok).toBe(false);
    expect(report.findings).toEqual([
      expect.objectContaining({ mark: '!', text: expect.stringContaining('not proved') }),
    ]);
  });

  it('refuses patterns that leave nothing to prove', async () => {
    const [source, destination] = await converted();
    const error = await errorOf(verifyTree(source, destination, { workers: 0, include: ['zzz'] }));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('nothing to prove') });
  });

  it('agrees with a conversion that was given variants for the width of a header', async () => {
    const variants = { '*': { 1: ['x'] } };
    const [source, destination] = await converted({ variants });
    const report = await verifyTree(source, destination, { workers: 0 });
    expect(report.findings).toEqual([]);
    expect(report.totals.rowsOut).toBe(3);
  });
});
