import { Option } from 'commander';
import type { RedactionRule } from '../collect/redact.js';
import { STAGES } from '../event/stage-line.js';
import { DESIGNATIONS, type Designation } from '../legacy/designation.js';
import { declare } from './declare-option.js';
import { byteSize, keyed, repeated, wholeNumber } from './option-parsers.js';

const LISTENING = 'Where it listens:';
const WRITTEN = 'Where rows go:';
const WHOSE = 'Whose rows they are:';
const COLUMNS = 'What becomes of columns:';
const KEPT = 'How rows are kept:';
const RULES: readonly RedactionRule[] = ['drop', 'mask', 'hash'];
const DAY_MS = 86_400_000;

/** What `serve` listens to, writes and keeps (`ServeOptions`). */
export function serveOptions(): Option[] {
  return [
    declare(LISTENING, '--port <n>', '0: any free one (default: 50011)', (flag) =>
      wholeNumber(flag, 0, 65_535),
    ),
    declare(
      LISTENING,
      '--host <address>',
      'the address; 0.0.0.0 for all of the machine (default: 127.0.0.1)',
    ),
    declare(LISTENING, '--max-request <size>', 'of one request (default: 64MiB)', byteSize),
    declare(LISTENING, '--max-requests <n>', 'requests at once (default: 256)', (flag) =>
      wholeNumber(flag, 1, 65_535),
    ),
    declare(LISTENING, '--request-timeout-ms <n>', 'of a slow sender (default: 30000)', milliseconds),
    declare(WRITTEN, '--legacy <url>', 'the root of the legacy tree: a folder, or a container'),
    declare(WRITTEN, '--events <url>', 'the v2 root: a folder, or a container'),
    new Option('--stage <stage>', 'which trees are written (default: all that are named)')
      .choices(STAGES)
      .helpGroup(WRITTEN),
    declare(WRITTEN, '--stage-file <file>', 'holds the stage, and is read again when it changes'),
    declare(WRITTEN, '--config <file>', "YAML: a deployment's, or its data_collector; read again on SIGHUP"),
    declare(WHOSE, '--workspace <sub/rg/ws>', '(default: MDC_BRIDGE_WORKSPACE, AZUREML_ARM_*)'),
    declare(WHOSE, '--service <name>', 'in the legacy tree (default: SERVICE_NAME)'),
    declare(WHOSE, '--model <name>', 'in the legacy tree (default: MDC_BRIDGE_MODEL)'),
    declare(WHOSE, '--model-version <n>', 'in the legacy tree (default: MDC_BRIDGE_MODEL_VERSION)'),
    declare(
      WHOSE,
      '--endpoint <name>',
      "of events (default: MDC_BRIDGE_ENDPOINT, the configuration's, the service)",
    ),
    declare(WHOSE, '--deployment <name>', 'of events (default: MDC_BRIDGE_DEPLOYMENT, …, model and version)'),
    declare(
      WHOSE,
      '--designation <collection=designation>',
      'in the legacy tree; may be repeated',
      designation,
    ),
    new Option(
      '--file-names <kind>',
      'of legacy files: data.csv, or as the v1 SDK named them (default: data)',
    )
      .choices(['data', 'sdk'])
      .helpGroup(WHOSE),
    declare(
      COLUMNS,
      '--redact <column=rule>',
      'drop, mask or hash (by MDC_BRIDGE_REDACT_KEY); may be repeated',
      redaction,
    ),
    declare(
      COLUMNS,
      '--date-column <name>',
      'dates, which arrive as milliseconds; may be repeated',
      repeated,
    ),
    new Option(
      '--durability <kind>',
      'what an answer 200 says: kept on the disk, or in memory (default: disk)',
    )
      .choices(['disk', 'memory'])
      .helpGroup(KEPT),
    declare(KEPT, '--spool <folder>', 'where rows wait on the disk (default: mdc-bridge-spool)'),
    declare(
      KEPT,
      '--max-waiting <size>',
      'for one tree (default: 1GiB on the disk, 256MiB in memory)',
      byteSize,
    ),
    declare(
      KEPT,
      '--flush-ms <n>',
      'rows wait so long at most (default: 1000, blob storage 30000)',
      milliseconds,
    ),
    declare(
      KEPT,
      '--shutdown-ms <n>',
      'how long SIGTERM waits for the storage (default: 10000)',
      milliseconds,
    ),
  ];
}

function milliseconds(flag: string): ReturnType<typeof wholeNumber> {
  return wholeNumber(flag, 0, DAY_MS);
}

function designation(flag: string): ReturnType<typeof keyed<Designation>> {
  return keyed(flag, {
    accepted: `a collection and one of ${DESIGNATIONS.join(', ')}: scores=predictions`,
    read: (value) => DESIGNATIONS.find((one) => one === value),
  });
}

function redaction(flag: string): ReturnType<typeof keyed<RedactionRule>> {
  return keyed(flag, {
    accepted: 'a column and drop, mask or hash: ssn=hash',
    read: (value) => RULES.find((one) => one === value),
  });
}
