import { resolveCollector } from '../collect/collector-settings.js';
import type { StageWatch } from '../collect/dual/stage.js';
import { CallPlaces } from '../collect/events/call-places.js';
import { MdcBridgeError } from '../errors.js';
import type { Stage } from '../event/stage-line.js';
import type { Environment } from '../legacy/environment.js';
import { designationOf } from './collection-names.js';
import type { Destination } from './destination.js';
import { EventLines } from './event-lines.js';
import { LegacyLines } from './legacy-lines.js';
import { Refusal } from './refusal.js';
import type { RowSettings } from './row-settings.js';
import { type CollectionSide, ServedCollection } from './served-collection.js';

/** Where each layout of a collection goes; there may be none. */
export interface Destinations {
  readonly legacy: Destination | undefined;
  /** @param path of the collection's own folder, where the configuration names one. */
  events(path: string | undefined): Destination | undefined;
}

export interface ServedCollectionsOptions {
  readonly settings: RowSettings;
  readonly destinations: Destinations;
  readonly stage: StageWatch;
  /** Which calls each collection has had: known beyond a new configuration. */
  readonly places: Map<string, CallPlaces>;
  readonly maxCollections: number;
  /** Of one call's CSV. */
  readonly maxBytes: number;
  readonly environment: Environment;
  readonly onError: (error: Error) => void;
}

/** The collections of one configuration, each made when its first rows come. */
export class ServedCollections {
  readonly #options: ServedCollectionsOptions;
  readonly #made = new Map<string, ServedCollection>();

  constructor(options: ServedCollectionsOptions) {
    this.#options = options;
  }

  get stage(): Stage {
    return this.#options.stage.now;
  }

  /** @throws Refusal for one that the configuration does not have, a name that can't be, and one too many. */
  get(name: string): ServedCollection {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const { settings, maxCollections } = this.#options;
    if (settings.collections !== undefined && settings.collections.get(name)?.enabled !== true) {
      throw disabled(name);
    }
    if (this.#made.size >= maxCollections) throw tooMany(name, maxCollections);
    const made = this.#make(name);
    this.#made.set(name, made);
    return made;
  }

  close(): void {
    this.#options.stage.close();
  }

  #make(name: string): ServedCollection {
    const { settings, stage } = this.#options;
    try {
      return new ServedCollection({
        name,
        sides: { legacy: this.#legacySide(name), v2: this.#eventSide(name) },
        sampleRate: settings.collections?.get(name)?.sampleRate ?? 100,
        stage: () => stage.now,
        redactor: settings.redactor,
        dates: settings.dates,
      });
    } catch (error) {
      if (!(error instanceof MdcBridgeError)) throw error;
      throw new Refusal(400, `no collection can be called ${JSON.stringify(name)}: ${error.message}`, {
        remedy: 'give letters, digits, _, - and . only, a letter or digit first',
      });
    }
  }

  #legacySide(name: string): CollectionSide | undefined {
    const { settings, destinations, maxBytes, environment, onError } = this.#options;
    const { legacy } = destinations;
    if (legacy === undefined) return undefined;
    const { designation, collectionName } = designationOf(name, settings.designations);
    const collector = resolveCollector(settings.model, designation, undefined, {
      workspace: settings.workspace,
      webserviceName: settings.service,
      modelVersion: settings.version,
      fileNames: settings.fileNames,
      environment,
      ...(collectionName === undefined ? {} : { collectionName }),
    });
    // The tree's root is the option's, whatever a model_config_map.json says.
    const lines = new LegacyLines({ ...collector, storagePath: undefined }, maxBytes, onError);
    return { destination: legacy, lines };
  }

  #eventSide(name: string): CollectionSide | undefined {
    const { settings, destinations, places } = this.#options;
    const path = settings.collections?.get(name)?.path;
    const destination = destinations.events(path);
    if (destination === undefined) return undefined;
    const { workspace, endpoint, deployment, rollingRate } = settings;
    const folder = path === undefined ? `${endpoint}/${deployment}/${name}/` : '';
    const place = {
      workspace,
      endpoint,
      deployment,
      collection: name,
      folder,
      rollingRate,
      instance: undefined,
    };
    const own = places.get(name) ?? new CallPlaces();
    const lines = new EventLines(place, own);
    places.set(name, own);
    return { destination, lines };
  }
}

function disabled(name: string): Refusal {
  return new Refusal(403, `collection ${name} is not enabled, drop the data`, {
    reason: 'disabled',
    remedy: 'enable it in data_collector.collections of the configuration: names are lower-case there',
  });
}

function tooMany(name: string, most: number): Refusal {
  return new Refusal(403, `collection ${name} would be one more than ${most}`, {
    reason: 'disabled',
    remedy: 'send fewer collections, or let the server have more',
  });
}
