import { Command } from 'commander';
import type { SyncOptions } from '../../follow/sync-options.js';
import type { SyncReport } from '../../follow/sync-report.js';
import { type CommandHost, printResult, withProgress } from '../command-host.js';
import { decisionsOf } from '../decisions.js';
import { EXIT, type ExitStatus } from '../exit-status.js';
import { mappingOptions } from '../mapping-options.js';
import {
  type GlobalValues,
  globalFlags,
  type OptionValues,
  type RunValues,
  runValues,
} from '../option-values.js';
import { sourceOptions, workersOption } from '../options.js';
import { shellQuoted } from '../render/page.js';
import { passText, syncText } from '../render/sync-text.js';
import { storageOptions } from '../storage-options.js';
import { syncOptions } from '../sync-options.js';

type SyncValues = Pick<
  SyncOptions,
  'watch' | 'interval' | 'settle' | 'compact' | 'onTypeChange' | 'maxRejects'
>;
type Values = OptionValues & RunValues & GlobalValues & SyncValues & { readonly plan?: string };

const HELP = `
Examples:
  mdc-bridge sync ./modeldata ./modelDataCollector
  mdc-bridge sync https://ACCOUNT.blob.core.windows.net/modeldata ./modelDataCollector --watch
  mdc-bridge sync ./modeldata ./modelDataCollector --compact

Each pass converts what was added since the last. In the end the events are those of one convert,
in more files; --compact, or convert, makes the files the same as well. A collection that can't go
on is said, the others do: exit status 3. While one run is at work, a second one ends with 3.
SRC is never written to.`;

export function syncCommand(host: CommandHost): Command {
  const command = new Command('sync')
    .summary('follow a tree that still grows: convert what was added, pass after pass')
    .description(
      'Follows containers whose blobs still grow. Each pass converts what was added since the last one, up to the last whole row, ' +
        'and the last call once it has settled.',
    )
    .argument('SRC', 'the container, its copy, or a folder inside one: a path or URL')
    .argument('DEST', 'the v2 root (modelDataCollector): a path, made if it is not there, or a URL');
  for (const option of [
    ...syncOptions(),
    workersOption(),
    ...sourceOptions(),
    ...mappingOptions(),
    ...storageOptions(),
  ]) {
    command.addOption(option);
  }
  return command.addHelpText('after', HELP).action(async (source: string, destination: string) => {
    await runSync(host, source, destination, command.optsWithGlobals<Values>());
  });
}

async function runSync(
  host: CommandHost,
  source: string,
  destination: string,
  values: Values,
): Promise<void> {
  const { io } = host;
  const flags = globalFlags(values);
  const { watch = false } = values;
  const decisions = await decisionsOf(values);
  const report = await withProgress(io, flags, (run, warn) =>
    io.engine.syncTree(source, destination, {
      ...decisions,
      ...runValues(values),
      ...syncValues(values),
      ...run,
      onStop: (_, why) =>
        warn(`${why}: what comes for it is left until you decide, with --on-type-change or --plan`),
      onPass: (pass) => {
        const line = passText(pass);
        if (watch && !flags.quiet && line !== undefined) void io.stderr.write(`${line}\n`);
      },
    }),
  );
  const next = nextCommands(report, host.typed, source, destination);
  await printResult(host, flags, report, (page) => syncText(report, { ...page, next }));
  host.end(statusOf(report, watch));
}

function syncValues({ watch, interval, settle, compact, onTypeChange, maxRejects }: SyncValues): SyncValues {
  return {
    ...(watch === undefined ? {} : { watch }),
    ...(interval === undefined ? {} : { interval }),
    ...(settle === undefined ? {} : { settle }),
    ...(compact === undefined ? {} : { compact }),
    ...(onTypeChange === undefined ? {} : { onTypeChange }),
    ...(maxRejects === undefined ? {} : { maxRejects }),
  };
}

/** A signal is how `--watch` ends. */
function statusOf(
  { interrupted, stopped, failed, restless, rejectsOverLimit }: SyncReport,
  watch: boolean,
): ExitStatus {
  if (interrupted && !watch) return EXIT.interrupted;
  if (stopped.length + failed.length > 0 || (restless.length > 0 && !watch)) return EXIT.failure;
  return rejectsOverLimit ? EXIT.findings : EXIT.done;
}

function nextCommands(
  { interrupted, stopped, unsettled }: SyncReport,
  typed: readonly string[],
  source: string,
  destination: string,
): [string, string][] {
  const again = ['mdc-bridge sync', ...typed.map(shellQuoted)].join(' ');
  if (stopped.length > 0) return [['to make such columns strings:', `${again} --on-type-change string`]];
  if (interrupted || unsettled.files > 0) return [['to go on:', again]];
  return [['to prove it:', `mdc-bridge verify ${shellQuoted(source)} ${shellQuoted(destination)}`]];
}
