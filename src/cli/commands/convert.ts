import { Command } from 'commander';
import type { MaxRejects } from '../../convert/max-rejects.js';
import type { Plan } from '../../convert/plan-file.js';
import type { ConvertReport } from '../../convert/report.js';
import { type CommandHost, printResult, type Warn, withProgress } from '../command-host.js';
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
import { convertOptions, sourceOptions, typesLikeOption, workersOption } from '../options.js';
import { convertText } from '../render/convert-text.js';
import { shellQuoted } from '../render/page.js';
import { plannedRows } from '../render/plan-text.js';
import { rehydrateCommand } from '../render/rehydrate.js';
import { counted } from '../render/units.js';
import { storageOptions } from '../storage-options.js';

type Values = OptionValues &
  RunValues &
  GlobalValues & {
    readonly plan?: string;
    readonly maxRejects?: MaxRejects;
    readonly replan?: boolean;
    readonly repair?: boolean;
    readonly skipExisting?: boolean;
    readonly typesLike?: string;
  };

const HELP = `
Examples:
  mdc-bridge convert ./modeldata ./modelDataCollector
  mdc-bridge convert ./modeldata ./modelDataCollector --plan plan.json --max-rejects 0.1%

A run that was interrupted goes on where it stopped when the same command is run again; while
one is at work, a second one ends with exit status 3 and says whom it met.
SRC is never written to.`;

export function convertCommand(host: CommandHost): Command {
  const command = new Command('convert')
    .summary('do it: write the events under DEST')
    .description(
      'Converts a legacy tree into a v2 tree. Every row becomes part of an event or is kept, whole and with the reason, in ' +
        'the rejects under _migration; the counts of every file are balanced.',
    )
    .argument('SRC', 'the container, its copy, or a folder inside one: a path or URL')
    .argument('DEST', 'the v2 root (modelDataCollector): a path, made if it is not there, or a URL');
  for (const option of [
    ...convertOptions(),
    workersOption(),
    ...sourceOptions(),
    ...mappingOptions(),
    typesLikeOption(),
    ...storageOptions(),
  ]) {
    command.addOption(option);
  }
  return command.addHelpText('after', HELP).action(async (source: string, destination: string) => {
    await runConvert(host, source, destination, command.optsWithGlobals<Values>());
  });
}

async function runConvert(
  host: CommandHost,
  source: string,
  destination: string,
  values: Values,
): Promise<void> {
  const { io } = host;
  const flags = globalFlags(values);
  const { typesLike, maxRejects, replan, repair, skipExisting } = values;
  const decisions = await decisionsOf(values);
  const report = await withProgress(io, flags, (run, warn) =>
    io.engine.convertTree(source, destination, {
      ...decisions,
      ...runValues(values),
      ...(typesLike === undefined ? {} : { typesLike }),
      ...(maxRejects === undefined ? {} : { maxRejects }),
      ...(replan === undefined ? {} : { replan }),
      ...(repair === undefined ? {} : { repair }),
      ...(skipExisting === undefined ? {} : { skipExisting }),
      ...run,
      onPlan: (plan) => warnOfRejects(plan, maxRejects ?? 0, warn),
    }),
  );
  const next = nextCommands(report, host.typed, source, destination);
  await printResult(host, flags, report, (page) => convertText(report, { ...page, next }));
  host.end(statusOf(report));
}

/** Said before hours are spent: the limit will be passed whatever happens. */
function warnOfRejects(plan: Plan, limit: MaxRejects, warn: Warn): void {
  const { rows, rejects } = plannedRows(plan);
  const most = typeof limit === 'number' ? limit : (rows * Number.parseFloat(limit)) / 100;
  if (rejects <= most) return;
  warn(
    `${counted(rejects, 'row')} will be rejected, more than --max-rejects ${limit} allows: the run completes all the same, ` +
      `with exit status ${EXIT.findings}`,
  );
}

function statusOf(report: ConvertReport): ExitStatus {
  if (report.interrupted) return EXIT.interrupted;
  if (report.failed.length + report.changed.length > 0) return EXIT.failure;
  const isPartlyLive = (report.totals.rejected['partly-live'] ?? 0) > 0;
  return report.rejectsOverLimit || isPartlyLive ? EXIT.findings : EXIT.done;
}

function nextCommands(
  report: ConvertReport,
  typed: readonly string[],
  source: string,
  destination: string,
): [string, string][] {
  const again = ['mdc-bridge convert', ...typed.map(shellQuoted)].join(' ');
  if (report.interrupted) return [['what is converted is whole and stays; to go on:', again]];
  if (report.changed.length > 0)
    return [['to see what has changed:', `mdc-bridge plan ${shellQuoted(source)}`]];
  if (report.failed.length > 0) return [['to try the files that failed again:', again]];
  const rehydrate = report.archived === undefined ? undefined : rehydrateCommand(report.source);
  if (rehydrate !== undefined) {
    return [
      ['to bring the archived blobs back (some hours):', rehydrate],
      ['once they are back, with a new plan:', `mdc-bridge plan ${shellQuoted(source)} --out plan.json`],
    ];
  }
  return [['to prove it:', `mdc-bridge verify ${shellQuoted(source)} ${shellQuoted(destination)}`]];
}
