import { Command } from 'commander';
import { type CommandHost, printResult, withProgress } from '../command-host.js';
import { type CompareValues, compareOptions, compareValues } from '../compare-options.js';
import { EXIT } from '../exit-status.js';
import { mappingOptions } from '../mapping-options.js';
import {
  type GlobalValues,
  globalFlags,
  mappingValues,
  type OptionValues,
  type RunValues,
  runValues,
} from '../option-values.js';
import { sourceOptions, workersOption } from '../options.js';
import { compareText } from '../render/compare-text.js';
import { storageOptions } from '../storage-options.js';

type Values = OptionValues & RunValues & GlobalValues & CompareValues;

const HELP = `
Examples:
  mdc-bridge compare ./modeldata ./modelDataCollector --since 2024-02-29
  mdc-bridge compare ./modeldata ./modelDataCollector --gate missing=0,different=0,hours=24
  mdc-bridge compare ./modeldata ./azure --v2-writer azure --row-id key=correlation

What services wrote on one side alone, before stage dual or after it, is counted but is no finding:
their own record in V2 (_migration/stages) says when that was, and at which rate they sampled.

LAG is from a side's newest row to now. Without --gate any finding ends with exit status 1; with
one, only a gate that is not met. The order of columns is no difference, nor is 1.0 for 1, which
is counted as written otherwise.`;

/** Of a conversion alone: nothing that is compared depends on them. */
const NOT_COMPARED: ReadonlySet<string> = new Set(['pair', 'datarefOver', 'datarefBase']);

export function compareCommand(host: CommandHost): Command {
  const command = new Command('compare')
    .summary('dual writing in numbers: what both trees have of the same calls')
    .description(
      'Compares a legacy tree and a v2 tree that were written at the same time: by correlation id and part, value by value ' +
        'under the rules of the conversion, for each collection and hour. Changes nothing.',
    )
    .argument('LEGACY', 'the legacy tree: the container, its copy, or a folder inside one')
    .argument('V2', 'the v2 root');
  for (const option of [
    ...compareOptions(),
    workersOption(),
    ...sourceOptions(),
    ...mappingOptions().filter((one) => !NOT_COMPARED.has(one.attributeName())),
    ...storageOptions(),
  ]) {
    command.addOption(option);
  }
  return command.addHelpText('after', HELP).action(async (legacy: string, v2: string) => {
    await runCompare(host, legacy, v2, command.optsWithGlobals<Values>());
  });
}

async function runCompare(host: CommandHost, legacy: string, v2: string, values: Values): Promise<void> {
  const flags = globalFlags(values);
  const report = await withProgress(host.io, flags, (run) =>
    host.io.engine.compareTrees(legacy, v2, {
      ...mappingValues(values),
      ...runValues(values),
      ...compareValues(values),
      ...run,
    }),
  );
  await printResult(host, flags, report, (page) => compareText(report, page));
  host.end((report.gate?.met ?? report.ok) ? EXIT.done : EXIT.findings);
}
