import type { AddressInfo } from 'node:net';
import { StageWatch } from '../collect/dual/stage.js';
import type { CallPlaces } from '../collect/events/call-places.js';
import type { Environment } from '../legacy/environment.js';
import { Commits } from './commits.js';
import { type ConfigFile, checkStatic, readConfigFile, withConfig } from './config-file.js';
import { Destination, type DestinationEnd } from './destination.js';
import { LogHandler } from './log-handler.js';
import { metricsText, type SideMetrics } from './metrics.js';
import { resolveRows } from './row-settings.js';
import type { ServeOptions } from './serve-options.js';
import { maxCallBytes, resolveServe, type ServeSettings, stageOptions } from './serve-settings.js';
import { ServedCollections } from './served-collections.js';
import { LogServer } from './server.js';

const NO_FILE: ConfigFile = { file: '', options: {}, deployment: undefined };

/** What a server has done when it ends. */
export interface ServeReport {
  readonly kind: 'mdc-bridge serve';
  readonly version: 1;
  /** Rows, on both sides: a row that both trees have counts twice. */
  readonly rows: { readonly accepted: number; readonly written: number; readonly lost: number };
  /** Bytes that wait in the spool for the next start. */
  readonly bytesLeft: number;
}

/**
 * A stand-in for the v2 sidecar: takes rows at `POST /modeldata/log` and writes them to the legacy tree, as events, or both.
 *
 * @example
 *   const server = await LogSidecar.start({ legacy: './modeldata', events: './modelDataCollector', port: 0 });
 *   await server.close();
 */
export class LogSidecar {
  readonly #options: ServeOptions;
  readonly #settings: ServeSettings;
  readonly #environment: Environment;
  readonly #onError: (error: Error) => void;
  readonly #places = new Map<string, CallPlaces>();
  readonly #sides: SideMetrics[] = [];
  /** Of collections that have folders of their own. */
  readonly #byPath = new Map<string, Destination>();
  readonly #answers = new Map<number, number>();
  readonly #server: LogServer;
  #legacy: Destination | undefined;
  #events: Destination | undefined;
  #collections: ServedCollections | undefined;
  #address: AddressInfo | undefined;
  /** As it was read last. */
  #file: ConfigFile;
  #closing: Promise<ServeReport> | undefined;

  /**
   * Returns when it listens; what killed processes have left for the same trees is taken over by then.
   *
   * @throws MdcBridgeError `usage` for options and configurations that can't be; StorageError for a spool or a port that can't be had.
   */
  static async start(options: ServeOptions): Promise<LogSidecar> {
    const file = options.config === undefined ? NO_FILE : readConfigFile(options.config);
    const sidecar = new LogSidecar(options, resolveServe(withConfig(options, file)), file);
    try {
      await sidecar.#open();
    } catch (error) {
      await sidecar.#closeDestinations(0);
      throw error;
    }
    return sidecar;
  }

  private constructor(options: ServeOptions, settings: ServeSettings, file: ConfigFile) {
    this.#options = options;
    this.#settings = settings;
    this.#file = file;
    this.#environment = options.environment ?? process.env;
    this.#onError = options.onError ?? ((error) => process.emitWarning(error));
    const handler = new LogHandler({
      collections: () => this.#served,
      commits: new Commits(),
    });
    this.#server = new LogServer({
      ...settings,
      log: (headers, body, settle) => handler.take(headers, body, settle),
      unready: () => this.#unready(),
      metrics: () => metricsText(this.#sides, this.#answers),
      answered: (status) => this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1),
      onError: this.#onError,
    });
  }

  /** `http://127.0.0.1:50011` */
  get url(): string {
    const { address = '', port = 0, family = '' } = this.#address ?? {};
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  get stage(): string {
    return this.#served.stage;
  }

  /**
   * Reads the configuration again. One that can't be changes nothing.
   *
   * @throws MdcBridgeError `usage` for what can't be, or needs a new start.
   */
  async reload(): Promise<void> {
    const { config } = this.#options;
    if (config === undefined) return;
    const file = readConfigFile(config);
    checkStatic(file, this.#file);
    await this.#configure(file);
    this.#file = file;
  }

  /** Answers what is under way, writes what waits, and ends; what the storage does not take in time stays in the spool. */
  close(): Promise<ServeReport> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #open(): Promise<void> {
    const { legacy, events } = this.#settings;
    if (legacy !== undefined) this.#legacy = await this.#openDestination('legacy', legacy);
    if (events !== undefined) this.#events = await this.#openDestination('v2', events);
    await this.#configure(this.#file);
    this.#address = await this.#server.listen();
  }

  async #configure(file: ConfigFile): Promise<void> {
    const options = withConfig(this.#options, file);
    const { legacy, events } = this.#settings;
    const settings = resolveRows(options, file.deployment, this.#environment, events !== undefined);
    const paths = [...(settings.collections?.values() ?? [])].flatMap(({ path, enabled }) =>
      enabled && path !== undefined ? [path] : [],
    );
    const hasEvents = events !== undefined || paths.length > 0;
    const places = { legacy: legacy !== undefined, events: hasEvents };
    const told = stageOptions(options, this.#environment, places);
    const watch = new StageWatch(told, this.#environment, hasEvents, () => undefined, this.#onError);
    for (const path of paths) {
      if (!this.#byPath.has(path)) this.#byPath.set(path, await this.#openDestination('v2', path));
    }
    this.#collections?.close();
    this.#collections = new ServedCollections({
      settings,
      destinations: {
        legacy: this.#legacy,
        events: (path) => (path === undefined ? this.#events : this.#byPath.get(path)),
      },
      stage: watch,
      places: this.#places,
      maxCollections: this.#settings.maxCollections,
      maxBytes: maxCallBytes(this.#settings),
      environment: this.#environment,
      onError: this.#onError,
    });
  }

  async #openDestination(side: 'legacy' | 'v2', address: string): Promise<Destination> {
    const { keeping, flushMs } = this.#settings;
    const destination = await Destination.open(address, {
      keeping,
      flushMs,
      storage: this.#options.storage,
      environment: this.#environment,
      onError: this.#onError,
    });
    this.#sides.push({ side, destination });
    return destination;
  }

  get #served(): ServedCollections {
    if (this.#collections === undefined) throw new Error('asked before it was configured');
    return this.#collections;
  }

  #unready(): string | undefined {
    const fullOne = this.#sides.find(({ destination }) => destination.isFull);
    return fullOne && `there is no room for rows of ${fullOne.destination.url}`;
  }

  async #close(): Promise<ServeReport> {
    const { shutdownMs } = this.#settings;
    const end = performance.now() + shutdownMs;
    await this.#server.drain(shutdownMs / 2);
    this.#collections?.close();
    const { lost, bytesLeft } = await this.#closeDestinations(end - performance.now());
    const sum = (of: 'accepted' | 'written'): number =>
      this.#sides.reduce((all, { destination }) => all + destination.counters.stats(0)[of], 0);
    return {
      kind: 'mdc-bridge serve',
      version: 1,
      rows: { accepted: sum('accepted'), written: sum('written'), lost },
      bytesLeft,
    };
  }

  async #closeDestinations(deadlineMs: number): Promise<DestinationEnd> {
    const ends = await Promise.all(this.#sides.map(({ destination }) => destination.close(deadlineMs)));
    return {
      lost: ends.reduce((sum, { lost }) => sum + lost, 0),
      bytesLeft: ends.reduce((sum, { bytesLeft }) => sum + bytesLeft, 0),
    };
  }
}
