import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes `{date}-{name}.json`, the day's last run winning. @returns its path. */
export function writeResults(folder: string, name: string, report: { readonly date: string }): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${report.date.slice(0, 10)}-${name}.json`);
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  return path;
}
