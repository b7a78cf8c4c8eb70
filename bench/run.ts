import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { blobsText, runBlobs } from './blobs.ts';
import { inScratch } from './measure/in-scratch.ts';
import { describeEnvironment, type Environment } from './report/machine.ts';
import { writeResults } from './report/results-file.ts';
import { shapeText } from './report/shape-report.ts';
import { runShape } from './run-shape.ts';
import { runScaling, scalingText } from './scaling.ts';
import { parseSettings, type Settings, USAGE } from './settings.ts';
import { runStartup, startupText } from './startup.ts';

async function run(settings: Settings): Promise<void> {
  const environment = describeEnvironment();
  await inScratch(settings, environment, (scratch) => runAll(settings, scratch, environment));
}

async function runAll(settings: Settings, scratch: string, environment: Environment): Promise<void> {
  const { results } = settings;
  const publish = (text: string, name: string, report: { readonly date: string }): void => {
    console.log(text);
    console.log(`${writeResults(results, name, report)}\n`);
  };
  for (const shape of settings.shapes) {
    const report = await runShape(shape, settings, join(scratch, shape), environment);
    publish(shapeText(report), shape, report);
    // The next shape needs the room.
    rmSync(join(scratch, shape), { recursive: true, force: true });
  }
  if (settings.scaling) {
    const report = await runScaling(settings, join(scratch, 'scaling'), environment);
    publish(scalingText(report), 'scaling', report);
  }
  if (settings.blobs) {
    const report = await runBlobs(settings, join(scratch, 'blobs'), environment);
    publish(blobsText(report), 'blobs', report);
  }
  if (settings.startup) {
    const report = runStartup(settings, environment);
    publish(startupText(report), 'startup', report);
  }
}

try {
  const settings = parseSettings(process.argv.slice(2));
  if (settings === 'help') console.log(USAGE);
  else await run(settings);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
