import { Argument, Command } from 'commander';
import type { SpoolReport } from '../../collect/spool/spool-report.js';
import { type CommandHost, printResult, withProgress } from '../command-host.js';
import { EXIT, type ExitStatus } from '../exit-status.js';
import { type GlobalValues, globalFlags, runValues, type StorageValues } from '../option-values.js';
import { spoolToOption } from '../options.js';
import { shellQuoted } from '../render/page.js';
import { spoolText } from '../render/spool-text.js';
import { storageOptions } from '../storage-options.js';

type Values = StorageValues & GlobalValues & { readonly to?: string };

const HELP = `
Examples:
  mdc-bridge spool list ./spool
  mdc-bridge spool push ./spool
  mdc-bridge spool push ./spool --to https://ACCOUNT.blob.core.windows.net/modeldata

Files of a collector that still runs are left to it. Rows that the destination has already are not
written again. Exit status 1 if a part of the spool is damaged, 3 if something could not be sent.`;

export function spoolCommand(host: CommandHost): Command {
  const command = new Command('spool')
    .summary("list or send what a killed collector left in its spool's folder")
    .description(
      'A collector with a spool keeps rows in local files until the storage has them. The next start of the collector sends ' +
        'what a killed one left; this does so without a collector.',
    )
    .addArgument(
      new Argument('ACTION', '`push` sends it, `list` only says what is there').choices(['push', 'list']),
    )
    .argument('FOLDER', "the spool's folder")
    .addOption(spoolToOption());
  for (const option of storageOptions()) command.addOption(option);
  return command.addHelpText('after', HELP).action(async (action: 'push' | 'list', folder: string) => {
    await runSpool(host, action, folder, command.optsWithGlobals<Values>());
  });
}

async function runSpool(
  host: CommandHost,
  action: 'push' | 'list',
  folder: string,
  values: Values,
): Promise<void> {
  const { engine } = host.io;
  const flags = globalFlags(values);
  const { storage } = runValues(values);
  const { to } = values;
  const report = await withProgress(host.io, flags, ({ signal }) =>
    action === 'list'
      ? engine.listSpool(folder)
      : engine.pushSpool(folder, {
          ...(to === undefined ? {} : { to }),
          ...(storage === undefined ? {} : { storage }),
          environment: host.io.env,
          signal,
        }),
  );
  const next = nextCommands(report, host.typed);
  await printResult(host, flags, report, (page) => spoolText(report, { ...page, next }));
  host.end(statusOf(report));
}

function statusOf({ destinations, damaged }: SpoolReport): ExitStatus {
  if (destinations.some(({ failure }) => failure !== undefined)) return EXIT.failure;
  return damaged.files > 0 ? EXIT.findings : EXIT.done;
}

function nextCommands({ action, destinations }: SpoolReport, typed: readonly string[]): [string, string][] {
  if (destinations.every(({ left }) => left.rows === 0)) return [];
  const [, ...rest] = typed.map(shellQuoted);
  const command = ['mdc-bridge spool push', ...rest].join(' ');
  return [[action === 'list' ? 'to send it:' : 'to send what is left:', command]];
}
