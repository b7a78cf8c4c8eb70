import { Command } from 'commander';
import { type CommandHost, printResult, withProgress } from '../command-host.js';
import { EXIT } from '../exit-status.js';
import { type GlobalValues, globalFlags, type RunValues, runValues } from '../option-values.js';
import { sourceOptions, verifyOptions, workersOption } from '../options.js';
import { openOutputFile } from '../output-file.js';
import { auditPage } from '../render/audit-page.js';
import { auditTable } from '../render/audit-table.js';
import { shellQuoted } from '../render/page.js';
import { verifyText } from '../render/verify-text.js';
import { storageOptions } from '../storage-options.js';

type Values = RunValues &
  GlobalValues & { readonly report?: string; readonly sample?: number; readonly seed?: number };

const HELP = `
Examples:
  mdc-bridge verify ./modeldata ./modelDataCollector
  mdc-bridge verify ./modeldata ./modelDataCollector --report audit.html
  mdc-bridge verify ./modeldata ./modelDataCollector --report audit.csv
  mdc-bridge verify ./modeldata ./modelDataCollector --sample 5% --seed 1`;

export function verifyCommand(host: CommandHost): Command {
  const command = new Command('verify')
    .summary('prove it: read both trees again and compare')
    .description(
      'Reads both trees again, by other code than the converter, and compares them value by value: every row must be in ' +
        'an event once, in its place, or in the rejects. Changes nothing.',
    )
    .argument('SRC', 'the legacy tree, as it was given to convert')
    .argument('DEST', 'the v2 root');
  for (const option of [...verifyOptions(), workersOption(), ...sourceOptions(), ...storageOptions()])
    command.addOption(option);
  return command.addHelpText('after', HELP).action(async (source: string, destination: string) => {
    await runVerify(host, source, destination, command.optsWithGlobals<Values>());
  });
}

async function runVerify(
  host: CommandHost,
  source: string,
  destination: string,
  values: Values,
): Promise<void> {
  const { io } = host;
  const flags = globalFlags(values);
  const { sample, seed } = values;
  const page =
    values.report === undefined ? undefined : await openOutputFile('--report', values.report, source);
  const report = await withProgress(io, flags, (run) =>
    io.engine.verifyTree(source, destination, {
      ...runValues(values),
      ...(sample === undefined ? {} : { sample: { fraction: sample, seed: seed ?? 0 } }),
      ...run,
    }),
  );
  await page?.write(page.path.endsWith('.csv') ? auditTable(report) : auditPage(report));
  const where: [string, string] = [shellQuoted(source), shellQuoted(destination)];
  await printResult(host, flags, report, (text) =>
    verifyText(report, { ...text, next: nextCommands(report.ok, where, page?.path) }),
  );
  host.end(report.ok ? EXIT.done : EXIT.findings);
}

function nextCommands(
  ok: boolean,
  [source, destination]: [string, string],
  page: string | undefined,
): [string, string][] {
  return [
    ...(ok
      ? []
      : [
          ['to see one call on both sides:', `mdc-bridge trace ID ${source} ${destination}`] as [
            string,
            string,
          ],
        ]),
    ...(page === undefined ? [] : [['the page to sign:', shellQuoted(page)] as [string, string]]),
  ];
}
