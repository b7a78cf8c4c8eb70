import { Command } from 'commander';
import type { ServeReport } from '../../serve/serve.js';
import type { RowOptions, StaticOptions } from '../../serve/serve-options.js';
import { type CommandHost, pageFor, printResult } from '../command-host.js';
import { errorText } from '../error-text.js';
import { EXIT } from '../exit-status.js';
import { listenForInterrupts } from '../interruption.js';
import { type GlobalValues, globalFlags, runValues, type StorageValues } from '../option-values.js';
import { counted } from '../render/units.js';
import { serveOptions } from '../serve-options.js';
import { storageOptions } from '../storage-options.js';

/** As commander hands them over: by the library's names, but for what may be repeated. */
type ServeValues = Omit<RowOptions, 'designations' | 'dateColumns'> &
  StaticOptions & {
    readonly config?: string;
    readonly designation?: RowOptions['designations'];
    readonly dateColumn?: RowOptions['dateColumns'];
  };
type Values = ServeValues & StorageValues & GlobalValues;

/** Every key of ServeValues, so that the compiler asks for a new one here. */
const OWN: Readonly<Record<keyof ServeValues, true>> = {
  stage: true,
  stageFile: true,
  workspace: true,
  service: true,
  model: true,
  modelVersion: true,
  endpoint: true,
  deployment: true,
  designation: true,
  fileNames: true,
  dateColumn: true,
  redact: true,
  host: true,
  port: true,
  legacy: true,
  events: true,
  durability: true,
  spool: true,
  maxWaiting: true,
  flushMs: true,
  maxRequest: true,
  maxRequests: true,
  requestTimeoutMs: true,
  maxCollections: true,
  shutdownMs: true,
  config: true,
};

const HELP = `
Examples:
  mdc-bridge serve --legacy ./modeldata --events ./modelDataCollector --stage dual
  mdc-bridge serve --config deployment.yml --events https://ACCOUNT.blob.core.windows.net/CONTAINER

A Python service with AZUREML_MDC_HOST and AZUREML_MDC_PORT set sends its rows here. SIGHUP reads
--config again; SIGTERM answers what is under way, writes what waits, and ends. /healthz, /readyz
and /metrics (Prometheus) say how it is. Exit status 3 if accepted rows are lost.`;

export function serveCommand(host: CommandHost): Command {
  const command = new Command('serve')
    .summary('take rows of Python services as the v2 sidecar does, and write either layout, or both')
    .description(
      'Answers POST /modeldata/log as the sidecar of Azure ML does, wherever a service runs, and writes its rows as events, as ' +
        'legacy CSV, or both.',
    );
  for (const option of [...serveOptions(), ...storageOptions()]) command.addOption(option);
  return command
    .addHelpText('after', HELP)
    .action(async () => await runServe(host, command.optsWithGlobals<Values>()));
}

/** Until a signal ends it. */
async function runServe(host: CommandHost, values: Values): Promise<void> {
  const { io } = host;
  const flags = globalFlags(values);
  const { storage } = runValues(values);
  const page = pageFor(io, io.stderr, flags);
  const tell = (error: unknown): void => void io.stderr.write(`${errorText(error, page.paint).join('\n')}\n`);
  const over = Promise.withResolvers<void>();
  const interruption = listenForInterrupts(io, () => over.resolve());
  try {
    const server = await io.engine.startSidecar({
      ...ownValues(values),
      ...(storage === undefined ? {} : { storage }),
      environment: io.env,
      onError: tell,
    });
    const said = `listening on ${server.url}, stage ${server.stage}`;
    if (!flags.json && !flags.quiet) await io.stdout.write(`${said}\n`);
    const stopReloading = io.onReload(() => void server.reload().catch(tell));
    await over.promise;
    stopReloading();
    const report = await server.close();
    await printResult(host, flags, report, () => (flags.quiet ? [] : [serveText(report)]));
    host.end(report.rows.lost > 0 ? EXIT.failure : EXIT.done);
  } finally {
    interruption.stop();
  }
}

function ownValues(values: Values): Omit<ServeValues, 'designation' | 'dateColumn'> & RowOptions {
  const given = Object.keys(OWN).filter((key) => values[key as keyof ServeValues] !== undefined);
  const { designation, dateColumn, ...own } = Object.fromEntries(
    given.map((key) => [key, values[key as keyof ServeValues]]),
  ) as ServeValues;
  return {
    ...own,
    ...(designation === undefined ? {} : { designations: designation }),
    ...(dateColumn === undefined ? {} : { dateColumns: dateColumn }),
  };
}

function serveText({ rows, bytesLeft }: ServeReport): string {
  const left = bytesLeft === 0 ? '' : `; ${bytesLeft} bytes wait in the spool for the next start`;
  const lost = rows.lost === 0 ? '' : `; ${counted(rows.lost, 'row')} LOST`;
  return `ended: ${counted(rows.accepted, 'row')} accepted, ${counted(rows.written, 'row')} written, over all trees${left}${lost}`;
}
