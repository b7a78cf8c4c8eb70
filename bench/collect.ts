import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureCalls } from './collect/calls.ts';
import { measureDead, measureDual } from './collect/dual.ts';
import { describeCollectEnvironment } from './collect/environment.ts';
import { measureGrowth } from './collect/growth.ts';
import { measurePaced } from './collect/paced.ts';
import { type CollectReport, type Section, sectionsText } from './collect/report.ts';
import { type CollectSettings, type Part, parseCollectSettings, USAGE } from './collect/settings.ts';
import { measureThroughput } from './collect/throughput.ts';
import { inScratch } from './measure/in-scratch.ts';
import type { Environment } from './report/machine.ts';

const PARTS: Readonly<Record<Part, (settings: CollectSettings, scratch: string) => Promise<Section>>> = {
  1: measureCalls,
  2: (settings) => measurePaced('calls', settings),
  3: measureThroughput,
  4: measureGrowth,
  5: (settings) => measurePaced('delay', settings),
  6: measureDual,
  7: measureDead,
};

/** The figures of issues 6 and 7: the collector against its peers, part by part. */
async function run(settings: CollectSettings): Promise<void> {
  const date = new Date().toISOString();
  const environment = describeCollectEnvironment();
  await inScratch(settings, environment, async (scratch) => {
    publish(settings, date, environment, await measureAll(settings, scratch));
  });
}

async function measureAll(settings: CollectSettings, scratch: string): Promise<Section[]> {
  const sections: Section[] = [];
  for (const part of settings.parts) {
    const folder = join(scratch, `part-${part}`);
    mkdirSync(folder, { recursive: true });
    const section = await PARTS[part](settings, folder);
    console.log(sectionsText([section]));
    sections.push(section);
  }
  return sections;
}

/** Only a run of all parts at their full length becomes the result. */
function publish(
  { results, runs, seed, isQuick, isWhole }: CollectSettings,
  date: string,
  environment: Environment,
  sections: readonly Section[],
): void {
  const report: CollectReport = {
    kind: 'mdc-bridge benchmark of collect',
    date,
    environment,
    seed,
    runs,
    sections,
  };
  if (sections.length > 1) console.log(sectionsText(sections));
  if (isQuick || !isWhole) {
    console.log('Not written: a result has all parts, at their full length.');
    return;
  }
  mkdirSync(results, { recursive: true });
  const path = join(results, 'collect.json');
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  console.log(path);
}

try {
  const settings = parseCollectSettings(process.argv.slice(2));
  if (settings === 'help') console.log(USAGE);
  else await run(settings);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
