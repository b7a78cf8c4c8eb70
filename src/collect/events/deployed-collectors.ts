import type { Environment } from '../../legacy/environment.js';
import { type DeployedCollection, type DeploymentSettings, parseDeployment } from './deployment-yaml.js';
import type { EventCollectorOptions } from './event-options.js';
import { readMdcConfig } from './mdc-config.js';

/** For all collections; what the YAML says is the YAML's. */
export type DeploymentOptions = Omit<
  EventCollectorOptions,
  'path' | 'endpoint' | 'deployment' | 'rollingRate' | 'enabled' | 'collections' | 'sampleRatePercentage'
>;

interface Closeable {
  close(): Promise<void>;
}

/**
 * The collectors of one deployment, each made when it is first asked for.
 *
 * @example
 *   const collectors = Collector.fromDeployment(await readFile('deployment.yml', 'utf8'), { storageOptions: { datastores } });
 *   const context = collectors.get('model_inputs').collect(rows);
 */
export class DeployedCollectors<C extends Closeable> {
  readonly settings: DeploymentSettings;
  readonly #options: DeploymentOptions;
  readonly #make: (name: string, options: EventCollectorOptions) => C;
  readonly #made = new Map<string, C>();
  /** Beside a sidecar, which knows where the events go. */
  readonly #isInEndpoint: boolean;

  /** @throws MdcBridgeError `usage` for what is no YAML of a deployment that collects. */
  constructor(
    yaml: string,
    options: DeploymentOptions,
    make: (name: string, options: EventCollectorOptions) => C,
  ) {
    this.settings = parseDeployment(yaml);
    this.#options = options;
    this.#make = make;
    this.#isInEndpoint = isInEndpoint(options);
    const { rollingRate } = this.settings;
    if (rollingRate !== 'hour')
      warn(`monitors find no data with a rolling_rate of ${rollingRate}: they read hour`);
  }

  /** The names of all collections, also of those that are not enabled. */
  get names(): readonly string[] {
    return [...this.settings.collections.keys()];
  }

  /**
   * The collector of a collection. One that the YAML does not enable, or does not know, says so as the SDK's does: when it is made, and
   * at each call.
   */
  get(name: string): C {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const made = this.#make(name, this.#optionsOf(this.settings.collections.get(name)));
    this.#made.set(name, made);
    return made;
  }

  /** Closes all. @throws the first one's error, when all are closed. */
  async close(): Promise<void> {
    const ends = await Promise.allSettled([...this.#made.values()].map((one) => one.close()));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #optionsOf(collection: DeployedCollection | undefined): EventCollectorOptions {
    const { endpoint, deployment, rollingRate, collections } = this.settings;
    const enabled = [...collections].filter(([, one]) => one.enabled).map(([name]) => name);
    const { storage, ...others } = this.#options;
    const all = {
      ...others,
      endpoint,
      deployment,
      rollingRate,
      enabled: enabled.some((name) => name !== 'request' && name !== 'response'),
      collections: enabled,
    };
    if (collection === undefined) return all;
    const { data, samplingRate, clientId } = collection;
    const sampled = { ...all, sampleRatePercentage: samplingRate * 100 };
    if (this.#isInEndpoint) return sampled;
    if (clientId !== undefined) noteIdentity(clientId, this.#options.environment ?? process.env);
    return storage === undefined || data.isGiven ? { ...sampled, path: data.path } : { ...sampled, storage };
  }
}

function isInEndpoint({ environment, storage, storageOptions }: DeploymentOptions): boolean {
  if (storage !== undefined || storageOptions?.datastores !== undefined) return false;
  return readMdcConfig(environment ?? process.env).enabled;
}

/** The storage is opened by whatever identity the Azure SDK finds; which one that is, an environment variable says. */
function noteIdentity(clientId: string, environment: Environment): void {
  if (environment['AZURE_CLIENT_ID'] === clientId) return;
  warn(`the deployment writes as client_id ${clientId}: outside its endpoint, set AZURE_CLIENT_ID to that`);
}

function warn(message: string): void {
  process.emitWarning(message, 'MdcBridgeWarning');
}
