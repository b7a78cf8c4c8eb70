import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { type Azurite, startAzurite } from '../test/support/azurite.ts';
import { filesIn } from './check/files-in.ts';
import { cachedTree } from './generate/cached-tree.ts';
import type { Job, Measure } from './measure/job.ts';
import { runChild } from './measure/run-child.ts';
import { median } from './measure/statistics.ts';
import { type Figure, figure } from './report/figures.ts';
import type { Environment } from './report/machine.ts';
import { figureLine } from './report/shape-report.ts';
import { short, tableLines } from './report/table.ts';
import type { Settings } from './settings.ts';
import { formatSize, parseSize } from './size.ts';

const SIZE = '128MB';
const CONTAINER = 'modeldata';

/** What runs against an emulator. */
type Peer = 'planned' | 'blobs' | 'sdk';

export interface BlobsReport {
  readonly kind: 'mdc-bridge benchmark of blobs';
  readonly date: string;
  readonly environment: Environment;
  readonly bytes: number;
  readonly runs: Readonly<Record<'local' | Peer, readonly Measure[]>>;
  readonly figures: readonly Figure[];
}

/** Blobs to blobs through Azurite, against folders to folders and against the SDK moving the same bytes, in turns. */
export async function runBlobs(
  settings: Settings,
  scratch: string,
  environment: Environment,
): Promise<BlobsReport> {
  const date = new Date().toISOString();
  const { work, library, seed } = settings;
  const { source, manifest } = cachedTree(work, 'numeric', settings.size ?? parseSize(SIZE), seed);
  mkdirSync(scratch, { recursive: true });
  const converted = join(scratch, 'converted');
  const convert = { kind: 'convert', library, workers: 2, rows: manifest.rows } as const;
  await runChild({ ...convert, source, destination: converted });
  const runs: Record<'local' | Peer, Measure[]> = { local: [], planned: [], blobs: [], sdk: [] };
  for (let round = 0; round < settings.runs; round += 1) {
    const local = join(scratch, 'local');
    runs.local.push(await runChild({ ...convert, source, destination: local }));
    rmSync(local, { recursive: true });
    // A fresh emulator for each: what it holds in memory makes it slower.
    const peers: readonly Peer[] = ['planned', 'blobs', 'sdk'];
    for (const peer of round % 2 === 0 ? peers : peers.toReversed()) {
      const azurite = await startAzurite();
      try {
        const environment = { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString };
        await upload(azurite, source);
        const blobs = `${azurite.endpoint}/${CONTAINER}`;
        const planFile = join(scratch, 'plan.json');
        if (peer === 'planned')
          await runChild({ kind: 'plan', library, source: blobs, planFile }, environment);
        const ours = { ...convert, source: blobs, destination: `${azurite.endpoint}/results` };
        const jobs: Readonly<Record<Peer, Job>> = {
          planned: { ...ours, planFile },
          blobs: ours,
          sdk: { kind: 'sdk-copy', container: CONTAINER, converted, destination: 'results' },
        };
        runs[peer].push(await runChild(jobs[peer], environment));
      } finally {
        await azurite.stop();
      }
    }
  }
  return {
    kind: 'mdc-bridge benchmark of blobs',
    date,
    environment,
    bytes: manifest.bytes,
    runs,
    figures: figures(runs),
  };
}

async function upload({ connectionString }: Azurite, folder: string): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  for (const name of [CONTAINER, 'results']) await service.getContainerClient(name).create();
  const container = service.getContainerClient(CONTAINER);
  for (const name of filesIn(folder)) {
    const content = readFileSync(join(folder, name));
    await container.getBlockBlobClient(name).uploadData(content);
  }
}

function figures(runs: BlobsReport['runs']): Figure[] {
  const seconds = (kind: keyof BlobsReport['runs']): number => median(runs[kind].map((run) => run.seconds));
  const peak = Math.max(...runs.blobs.map(({ peakRss }) => peakRss)) / 1e6;
  return [
    figure(
      'blobs to blobs with a ready plan, times the SDK moving the same bytes',
      '×',
      seconds('planned') / seconds('sdk'),
      ['at most', 1.3],
    ),
    figure('plan + convert, blobs to blobs, times the same', '×', seconds('blobs') / seconds('sdk'), [
      'at most',
      1.3,
    ]),
    figure('peak memory of blobs to blobs', ' MB', peak, ['at most', 350]),
  ];
}

export function blobsText({ bytes, runs, figures: reached }: BlobsReport): string {
  const row = (label: string, of: readonly Measure[]): string[] => {
    const seconds = median(of.map((run) => run.seconds));
    return [
      label,
      short(seconds),
      short(median(of.map((run) => run.cpuSeconds))),
      short(bytes / 1e6 / seconds),
      short(Math.max(...of.map(({ peakRss }) => peakRss)) / 1e6),
    ];
  };
  return [
    `blobs: numeric, ${formatSize(bytes)}, 2 workers, medians of ${runs.blobs.length} runs`,
    '',
    ...tableLines([
      ['', 's', 'cpu s', 'MB/s', 'peak MB'],
      row('folders to folders', runs.local),
      row('blobs to blobs, plan ready', runs.planned),
      row('blobs to blobs', runs.blobs),
      row('the SDK moving the bytes', runs.sdk),
    ]),
    '',
    ...reached.map(figureLine),
    '',
  ].join('\n');
}
