import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { blobsText, runBlobs } from './blobs.ts';
import { removeAbandoned, scratchFolder } from './measure/scratch.ts';
import { describeEnvironment, type Environment } from './report/machine.ts';
import { writeResults } from './report/results-file.ts';
import { shapeText } from './report/shape-report.ts';
import { runShape } from './run-shape.ts';
import { runScaling, scalingText } from './scaling.ts';
import { parseSettings, type Settings, USAGE } from './settings.ts';
import { runStartup, startupText } from './startup.ts';

/** Above this, somebody else is using the cores, and times are theirs too. */
const QUIET_LOAD = 0.5;

async function run(settings: Settings): Promise<void> {
  if (!existsSync(settings.library)) throw new Error(`no ${settings.library}: npm run build makes it`);
  const environment = describeEnvironment();
  if (environment.loadBefore > QUIET_LOAD) {
    console.error(
      `The machine is not quiet (load ${environment.loadBefore.toFixed(1)}): take these times lightly.`,
    );
  }
  removeAbandoned(settings.work);
  const scratch = scratchFolder(settings.work);
  const clear = (): void => rmSync(scratch, { recursive: true, force: true });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clear();
      process.exit(1);
    });
  }
  try {
    await runAll(settings, scratch, environment);
  } finally {
    clear();
  }
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
