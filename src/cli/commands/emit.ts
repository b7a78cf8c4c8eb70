import { Command } from 'commander';
import type { EmitOptions, EmitReport } from '../../convert/emit.js';
import { type CommandHost, printResult, withProgress } from '../command-host.js';
import { emitOptions } from '../emit-options.js';
import { EXIT } from '../exit-status.js';
import { type GlobalValues, globalFlags, runValues, type StorageValues } from '../option-values.js';
import { emitText } from '../render/emit-text.js';
import { storageOptions } from '../storage-options.js';

type Values = StorageValues & GlobalValues & Omit<EmitOptions, 'signal' | 'storage'>;

const HELP = `
Examples:
  mdc-bridge emit ./modelDataCollector --root azureml://datastores/archive/paths/history
  mdc-bridge emit https://ACCOUNT.blob.core.windows.net/CONTAINER/modelDataCollector --out yaml

Only plans and journals are read, and nothing is sent to Azure. Files that you have edited are not
overwritten. Exit status 3 if DEST has no migration.`;

export function emitCommand(host: CommandHost): Command {
  const command = new Command('emit')
    .summary('the YAML that Azure ML needs next: data assets, deployment, monitor')
    .description(
      'Writes the YAML with which Azure ML takes over: data assets and tables of the history, the newest deployment of each ' +
        'endpoint with its data_collector, and a monitor whose baseline the history is.',
    )
    .argument('DEST', 'the v2 root, as it was given to convert');
  for (const option of [...emitOptions(), ...storageOptions()]) command.addOption(option);
  return command.addHelpText('after', HELP).action(async (destination: string) => {
    await runEmit(host, destination, command.optsWithGlobals<Values>());
  });
}

async function runEmit(host: CommandHost, destination: string, values: Values): Promise<void> {
  const flags = globalFlags(values);
  const { out, force, root, workspace, task } = values;
  const report: EmitReport = await withProgress(host.io, flags, ({ signal }) =>
    host.io.engine.emitAssets(destination, {
      ...runValues(values),
      ...(out === undefined ? {} : { out }),
      ...(force === undefined ? {} : { force }),
      ...(root === undefined ? {} : { root }),
      ...(workspace === undefined ? {} : { workspace }),
      ...(task === undefined ? {} : { task }),
      signal,
    }),
  );
  await printResult(host, flags, report, (page) => emitText(report, page));
  host.end(EXIT.done);
}
