import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { convertTree } from '../../../src/convert/run.js';
import type { VerifyReport } from '../../../src/convert/verify/report.js';
import { type VerifyOptions, verifyTree } from '../../../src/convert/verify/verify-tree.js';
import type { MappingOptions } from '../../../src/mapping/settings.js';

export const MODEL = 'sub/rg/ws/svc/model/1';
const EIGHT =
  '$aml_dc_correlation_id,$aml_dc_scoring_timestamp,$aml_dc_boundary,$aml_workspace,$aml_service_name,' +
  '$aml_model_name,$aml_model_version,$aml_request_id';
const NO_REQUEST = '00000000-0000-0000-0000-000000000000';

/** A correlated row of the model above. */
export function correlated(fields: string, id: string, time: string, requestId: string = NO_REQUEST): string {
  return `${fields},${id},${time},1440,sub/rg/ws,svc,model,1,${requestId}\r\n`;
}

export function header(names: string): string {
  return `${names},${EIGHT}\r\n`;
}

/** A legacy tree and the v2 tree made of it, in a temporary folder. */
export class TreePair {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get source(): string {
    return join(this.folder, 'modeldata');
  }

  get destination(): string {
    return join(this.folder, 'v2');
  }

  /** Files of the v2 tree, without what is hidden. */
  async events(): Promise<string[]> {
    const names = await readdir(this.destination, { recursive: true });
    return names.filter((name) => name.endsWith('.jsonl') && !name.startsWith('_')).sort();
  }

  /** The one event file whose path holds all these parts. */
  async find(...parts: readonly string[]): Promise<string> {
    const found = (await this.events()).filter((name) => parts.every((part) => name.includes(part)));
    if (found.length !== 1) throw new Error(`${found.length} files with ${parts.join(' and ')}`);
    return found[0]!;
  }

  async read(name: string): Promise<string> {
    return await readFile(join(this.destination, name), 'utf8');
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.destination, name)), { recursive: true });
    await writeFile(join(this.destination, name), content);
  }

  /** Replaces the lines of an event file by others. */
  async edit(name: string, change: (lines: string[]) => readonly string[]): Promise<void> {
    const lines = (await this.read(name)).trimEnd().split('\n');
    await this.write(
      name,
      change(lines)
        .map((line) => `${line}\n`)
        .join(''),
    );
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.destination, name));
  }

  async verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    return await verifyTree(this.source, this.destination, { workers: 0, ...options });
  }

  /** The rejects file of the one source that has any. */
  async rejects(): Promise<string> {
    const names = await readdir(join(this.destination, '_migration'), { recursive: true });
    return join('_migration', names.find((name) => name.includes('rejects/'))!);
  }

  /** Another pair with the same content, whose v2 tree may be spoilt. The legacy tree stays where it is: its address counts. */
  async copy(): Promise<TreePair> {
    const folder = await mkdtemp(join(this.folder, 'copy-'));
    await cp(this.destination, join(folder, 'v2'), { recursive: true });
    return new CopiedPair(folder, this.source);
  }
}

class CopiedPair extends TreePair {
  readonly #source: string;

  constructor(folder: string, source: string) {
    super(folder);
    this.#source = source;
  }

  override get source(): string {
    return this.#source;
  }
}

/** Writes the files below the model's folder (`inputs/2024/02/29/inputs.csv` → content) and converts them. */
export async function makePair(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: MappingOptions = {},
): Promise<TreePair> {
  const pair = new TreePair(await mkdtemp(join(tmpdir(), 'mdc-verify-test-')));
  for (const [name, content] of Object.entries(files)) {
    const path = join(pair.source, MODEL, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  await convertTree(pair.source, pair.destination, { workers: 0, ...options });
  return pair;
}

export async function removePair(pair: TreePair): Promise<void> {
  await rm(pair.folder, { recursive: true, force: true });
}

/** An event's line with other rows (their JSON texts); `contentrange` stays right. */
export function withRows(line: string, change: (rows: string[]) => readonly string[]): string {
  const data = `[${change(rowsOf(line)).join(',')}]`;
  const bytes = Buffer.byteLength(data);
  return line
    .replace(/"data":\[.*\](?=,"contentrange")/s, () => `"data":${data}`)
    .replace(/"contentrange":"[^"]*"/, `"contentrange":"bytes 0-${bytes - 1}/${bytes}"`);
}

/** Flat rows without braces in their values. */
export function rowsOf(line: string): string[] {
  const data = /"data":\[(.*)\],"contentrange"/s.exec(line)?.[1] ?? '';
  return data.match(/\{[^}]*\}/g) ?? [];
}

/** A finding without its places, as tests state it. */
export function marksOf(report: VerifyReport): string[] {
  return report.findings.map(({ mark, rows }) => `${mark}${rows}`);
}
