import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ConvertReport } from '../../src/convert/report.js';
import type { ConvertOptions } from '../../src/convert/run.js';
import { temporaryFolder } from './temporary-folder.js';

const DIST: string = new URL('../../dist/index.js', import.meta.url).href;

/** What a conversion in a process of its own came to. */
export interface ChildRun {
  readonly report: ConvertReport;
  /** The most memory that the process had, in bytes. */
  readonly maxRss: number;
}

/**
 * Converts with the built package, in a process of its own: threads need files that Node can load. `npm run build` must have
 * been run (`npm ci` does).
 */
export async function convertInChild(
  source: string,
  destination: string,
  options: Omit<ConvertOptions, 'signal' | 'onProgress' | 'onPlan'> = {},
  flags: readonly string[] = [],
): Promise<ChildRun> {
  const folder = await temporaryFolder();
  const script = join(folder, 'convert.mjs');
  await writeFile(
    script,
    `import { convertTree } from ${JSON.stringify(DIST)};
     const report = await convertTree(...${JSON.stringify([source, destination, options])});
     console.log(JSON.stringify({ report, maxRss: process.resourceUsage().maxRSS * 1024 }));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script]);
  return JSON.parse(stdout) as ChildRun;
}
