import { Command } from 'commander';
import { type CommandHost, printResult, withProgress } from '../command-host.js';
import { EXIT } from '../exit-status.js';
import { type GlobalValues, globalFlags, type RunValues, runValues } from '../option-values.js';
import { sourceOptions } from '../options.js';
import { isIncomplete, traceText } from '../render/trace-text.js';
import { storageOptions } from '../storage-options.js';

const HELP = `
Examples:
  mdc-bridge trace 4331a496-194d-41db-882d-3142ef07677f ./modeldata ./modelDataCollector
  mdc-bridge trace dcb35eca-3c3f-8c0f-8963-93e520bf74bb ./modeldata ./modelDataCollector --json`;

export function traceCommand(host: CommandHost): Command {
  const command = new Command('trace')
    .summary('one call: its CSV rows and its events side by side')
    .description(
      'Shows one call as it stands on both sides: its CSV rows with their places, and the events made of them.',
    )
    .argument('ID', "an event's id, or a correlation id")
    .argument('SRC', 'the legacy tree, as it was given to convert')
    .argument('DEST', 'the v2 root');
  for (const option of [...sourceOptions(), ...storageOptions()]) command.addOption(option);
  return command
    .addHelpText('after', HELP)
    .action(async (id: string, source: string, destination: string) => {
      await runTrace(host, id, source, destination, command.optsWithGlobals<RunValues & GlobalValues>());
    });
}

async function runTrace(
  host: CommandHost,
  id: string,
  source: string,
  destination: string,
  values: RunValues & GlobalValues,
): Promise<void> {
  const flags = globalFlags(values);
  const trace = await withProgress(host.io, flags, (run) =>
    host.io.engine.traceCall(id, source, destination, { ...runValues(values), ...run }),
  );
  await printResult(host, flags, trace, (page) => traceText(trace, page));
  host.end(isIncomplete(trace) ? EXIT.findings : EXIT.done);
}
