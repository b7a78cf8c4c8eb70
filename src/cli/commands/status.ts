import { Command } from 'commander';
import { type CommandHost, printResult, withProgress } from '../command-host.js';
import { EXIT } from '../exit-status.js';
import { type GlobalValues, globalFlags, runValues, type StorageValues } from '../option-values.js';
import { statusText } from '../render/status-text.js';
import { storageOptions } from '../storage-options.js';

const HELP = `
Examples:
  mdc-bridge status ./modelDataCollector
  mdc-bridge status ./modelDataCollector --json

Works while another process converts, and changes nothing. Exit status 3 if DEST has no migration.`;

export function statusCommand(host: CommandHost): Command {
  const command = new Command('status')
    .summary('how far it is: finished, in hand, left, and who is at work')
    .description(
      'Says how far every migration into DEST is, by its journal: sources finished, in hand and left, rejects; and, while a ' +
        'process converts, which one, how fast, and how long it will take.',
    )
    .argument('DEST', 'the v2 root');
  for (const option of storageOptions()) command.addOption(option);
  return command.addHelpText('after', HELP).action(async (destination: string) => {
    await runStatus(host, destination, command.optsWithGlobals<StorageValues & GlobalValues>());
  });
}

async function runStatus(
  host: CommandHost,
  destination: string,
  values: StorageValues & GlobalValues,
): Promise<void> {
  const flags = globalFlags(values);
  const status = await withProgress(host.io, flags, ({ signal }) =>
    host.io.engine.readStatus(destination, { ...runValues(values), signal }),
  );
  await printResult(host, flags, status, (page) => statusText(status, page));
  host.end(status.migrations.length === 0 ? EXIT.failure : EXIT.done);
}
