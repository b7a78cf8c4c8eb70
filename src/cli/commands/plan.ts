import { Command } from 'commander';
import { planJson } from '../../convert/plan-json.js';
import { type CommandHost, printResult, withProgress } from '../command-host.js';
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
import { planOutOption, sourceOptions, typesLikeOption, workersOption } from '../options.js';
import { openOutputFile } from '../output-file.js';
import { shellQuoted } from '../render/page.js';
import { planText } from '../render/plan-text.js';
import { storageOptions } from '../storage-options.js';

type Values = OptionValues &
  RunValues &
  GlobalValues & { readonly out?: string; readonly typesLike?: string };

const HELP = `
Examples:
  mdc-bridge plan ./modeldata
  mdc-bridge plan ./modeldata --out plan.json
  mdc-bridge plan ./copy/myresourcegrp --source-name modeldata --prefix 1a2b3c4d --since 2024-01-01`;

export function planCommand(host: CommandHost): Command {
  const command = new Command('plan')
    .summary('what is there, and what would become of it')
    .description(
      'Reads every row of a legacy tree and says what is there and what would become of it: which predictions and labels ' +
        'can be joined to their inputs, names, columns, types, and what will be rejected. Writes nothing but --out.',
    )
    .argument('SRC', 'the container, its copy, or a folder inside one: a path or URL');
  for (const option of [
    ...sourceOptions(),
    ...mappingOptions(),
    typesLikeOption(),
    planOutOption(),
    workersOption(),
    ...storageOptions(),
  ]) {
    command.addOption(option);
  }
  return command.addHelpText('after', HELP).action(async (source: string) => {
    await runPlan(host, source, command.optsWithGlobals<Values>());
  });
}

async function runPlan(host: CommandHost, source: string, values: Values): Promise<void> {
  const { io } = host;
  const flags = globalFlags(values);
  const out = values.out === undefined ? undefined : await openOutputFile('--out', values.out, source);
  const { typesLike } = values;
  const plan = await withProgress(io, flags, (run) =>
    io.engine.planMigration(source, {
      ...mappingValues(values),
      ...runValues(values),
      ...(typesLike === undefined ? {} : { typesLike }),
      ...run,
    }),
  );
  await out?.write(planJson(plan));
  const next = nextCommand(host.typed, source, out?.path);
  await printResult(host, flags, plan, (page) => planText(plan, { ...page, next: [next] }), planJson);
  host.end(EXIT.done);
}

/** Convert as planned: by the plan's file, or by the same options. */
function nextCommand(typed: readonly string[], source: string, out: string | undefined): [string, string] {
  if (out !== undefined) {
    const command = `mdc-bridge convert ${shellQuoted(source)} DEST --plan ${shellQuoted(out)}`;
    return [`the whole plan is in ${out}; edit types, names or variants there if need be, then:`, command];
  }
  const command = ['mdc-bridge', 'convert', ...typed.map(shellQuoted), 'DEST'].join(' ');
  return ['to convert by this plan (DEST becomes the v2 root, modelDataCollector):', command];
}
