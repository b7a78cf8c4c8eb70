import { Command, CommanderError } from 'commander';
import { MdcBridgeError } from '../errors.js';
import { type CliIo, TEXT_WIDTH } from './cli-io.js';
import { type CommandHost, pageFor } from './command-host.js';
import { compareCommand } from './commands/compare.js';
import { convertCommand } from './commands/convert.js';
import { emitCommand } from './commands/emit.js';
import { planCommand } from './commands/plan.js';
import { serveCommand } from './commands/serve.js';
import { spoolCommand } from './commands/spool.js';
import { statusCommand } from './commands/status.js';
import { syncCommand } from './commands/sync.js';
import { traceCommand } from './commands/trace.js';
import { verifyCommand } from './commands/verify.js';
import { errorText } from './error-text.js';
import { EXIT, EXIT_STATUS_HELP, exitStatusOf } from './exit-status.js';
import { globalOptions } from './options.js';

const GLOBAL_HELP = `
${EXIT_STATUS_HELP}

Only results go to stdout; progress, warnings and errors go to stderr.`;

/** They may stand before the command's name too, and say nothing about what to do. */
const GLOBAL_FLAGS: ReadonlySet<string> = new Set(['--json', '--quiet', '--no-color']);

/** The whole CLI but for the process it runs in: arguments in, exit status out. Never throws. */
export async function run(argv: readonly string[], io: CliIo): Promise<number> {
  let status: number = EXIT.done;
  // Written by commander while it parses; handed over afterwards, in order.
  const written = { stdout: '', stderr: '' };
  const program = buildProgram(
    {
      io,
      typed: argv.filter((argument) => !GLOBAL_FLAGS.has(argument)).slice(1),
      end: (ended) => {
        status = ended;
      },
    },
    written,
  );
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    return await endWith(error, argv, io, written);
  }
}

function buildProgram(host: CommandHost, written: { stdout: string; stderr: string }): Command {
  const program = new Command('mdc-bridge')
    .description(
      'Moves data collected by the Azure ML v1 ModelDataCollector to the v2 format, with a proof that nothing is lost.',
    )
    .usage('<command> [options]')
    .helpOption('-h, --help', 'show help; `mdc-bridge help <command>` for one command')
    .helpCommand('help [command]', 'show help')
    .version(host.io.version, '-V, --version', 'print the version')
    .addHelpText(
      'after',
      `
Start with:
  mdc-bridge plan ./modeldata`,
    );
  for (const option of globalOptions()) program.addOption(option);
  for (const make of [
    planCommand,
    convertCommand,
    syncCommand,
    statusCommand,
    verifyCommand,
    traceCommand,
    compareCommand,
    emitCommand,
    spoolCommand,
    serveCommand,
  ]) {
    program.addCommand(make(host).helpOption('-h, --help', 'show this help'));
  }
  program.addHelpText('afterAll', GLOBAL_HELP);
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .showSuggestionAfterError(true)
      .configureHelp({ helpWidth: TEXT_WIDTH, showGlobalOptions: true })
      .configureOutput({
        writeOut: (text) => {
          written.stdout += text;
        },
        writeErr: (text) => {
          written.stderr += text;
        },
        outputError() {},
        getOutHelpWidth: () => TEXT_WIDTH,
        getErrHelpWidth: () => TEXT_WIDTH,
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      });
  }
  return program;
}

async function endWith(
  error: unknown,
  argv: readonly string[],
  io: CliIo,
  written: { stdout: string; stderr: string },
): Promise<number> {
  try {
    if (error instanceof CommanderError && error.exitCode === 0) {
      await io.stdout.write(written.stdout);
      return EXIT.done;
    }
    // Nothing was asked for: the help is the answer, and still no success.
    if (error instanceof CommanderError && written.stderr !== '') {
      await io.stderr.write(written.stderr);
      return EXIT.usage;
    }
    const known = error instanceof CommanderError ? usageError(error) : error;
    const { paint } = pageFor(io, io.stderr, { color: !argv.includes('--no-color') });
    await io.stderr.write(`${errorText(known, paint).join('\n')}\n`);
    return exitStatusOf(known);
  } catch {
    // Neither stream takes anything any more; the status still tells.
    return EXIT.failure;
  }
}

/** Commander's sentence, `error: unknown option '--wrokers'\n(Did you mean --workers?)`, as an error of ours. */
function usageError(error: CommanderError): MdcBridgeError {
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const [, meant] = /^\(Did you mean (.*)\?\)$/.exec(rest.join(' ')) ?? [];
  return new MdcBridgeError('usage', first, {
    remedy: meant === undefined ? 'mdc-bridge --help shows what there is' : `did you mean ${meant}?`,
  });
}
