import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Files below a folder, as names relative to it, in one order on every machine. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/** Event files of a v2 tree: what converters leave beside them (plans, journals) begins with `_`. */
export function eventFilesIn(folder: string): string[] {
  return filesIn(folder).filter((name) => name.endsWith('.jsonl') && !name.startsWith('_'));
}
