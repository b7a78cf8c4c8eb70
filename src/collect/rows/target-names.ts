import { MdcBridgeError } from '../../errors.js';
import { CORRELATION_COLUMNS, type CorrelationFields } from '../../legacy/correlation.js';
import { formatDataPath } from '../../legacy/data-path.js';
import { isTimestamp } from '../../legacy/timestamp.js';
import type { CollectorSettings } from '../collector-settings.js';

const [, TIMESTAMP, BOUNDARY, WORKSPACE, SERVICE, MODEL, VERSION] = CORRELATION_COLUMNS;
const HOUR_MS = 3_600_000;
const HOURLY_BOUNDARY = 60;

/** Which blob a row belongs to: by its own time, and by whose it is. */
export class TargetNames {
  readonly #settings: CollectorSettings;
  /** Of the last name, which most rows share. */
  #period = Number.NaN;
  #name = '';
  /** Of the last correlated one: what its name is made of. */
  #key = '';
  #keysName = '';

  constructor(settings: CollectorSettings) {
    this.#settings = settings;
  }

  /** Of a row of this collector itself, at a time in epoch ms. */
  own(time: number): string {
    const { hourly } = this.#settings.environment;
    const period = Math.floor(time / HOUR_MS);
    if (period !== this.#period) {
      const text = new Date(period * HOUR_MS).toISOString();
      this.#name = this.#format(this.#settings, text.slice(0, 10), hourly ? text.slice(11, 13) : undefined);
      this.#period = period;
    }
    return this.#name;
  }

  /**
   * Of a row with these correlations: the day (and hour) of its own request, below its own workspace, service and model.
   *
   * @throws MdcBridgeError `usage` if they are no correlation values.
   */
  correlated(fields: CorrelationFields): string {
    const timestamp = scoringTimestamp(fields);
    const [workspace, service, model, version] = [WORKSPACE, SERVICE, MODEL, VERSION].map((name) =>
      String(fields[name]),
    ) as [string, string, string, string];
    const hour = Number(fields[BOUNDARY]) === HOURLY_BOUNDARY ? timestamp.slice(11, 13) : undefined;
    const date = timestamp.slice(0, 10);
    const key = [workspace, service, model, version, date, hour].join('\0');
    if (key !== this.#key) {
      this.#keysName = this.#format({ workspace, service, model, version }, date, hour);
      this.#key = key;
    }
    return this.#keysName;
  }

  #format(
    {
      workspace,
      service,
      model,
      version,
    }: Pick<CollectorSettings, 'workspace' | 'service' | 'model' | 'version'>,
    date: string,
    hour: string | undefined,
  ): string {
    const { storagePath, designation, file } = this.#settings;
    const folder =
      storagePath === undefined
        ? `${workspace}/${service}/${model}/${version}/`
        : storagePath.prefix.replaceAll('{webservice_name}', service);
    const name = formatDataPath({ folder, designation, date, hour, file });
    if (/(?:^|\/)\.{0,2}\/|\0/.test(name)) throw noFolder(name);
    return name;
  }
}

/** The last good one: both layouts, and all that answers a request, ask for the same one. */
let lastTimestamp = '';

/** @throws MdcBridgeError `usage` if there is none. */
export function scoringTimestamp(fields: CorrelationFields): string {
  const timestamp = String(fields[TIMESTAMP]);
  if (timestamp === lastTimestamp) return timestamp;
  if (!isTimestamp(timestamp)) throw notCorrelations(timestamp);
  lastTimestamp = timestamp;
  return timestamp;
}

function notCorrelations(timestamp: string): MdcBridgeError {
  return new MdcBridgeError('usage', `these are no correlations: their scoring timestamp is ${timestamp}`, {
    remedy: 'give what collect of the inputs returned, as it is',
  });
}

/** Joined to a folder it would lead out of it. */
function noFolder(name: string): MdcBridgeError {
  return new MdcBridgeError('usage', `no blob can be called ${JSON.stringify(name)}`, {
    remedy: 'workspace, service, model and version have a name between all slashes, other than . and ..',
  });
}
