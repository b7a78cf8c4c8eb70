import { MdcBridgeError } from '../../errors.js';
import { openSinkAt } from '../delivery/open-sink.js';
import { CaptureSink } from './capture-sink.js';
import { EventCounters } from './event-counters.js';
import type { EventCollectorOptions } from './event-options.js';
import type { EventOutlet } from './event-outlet.js';
import { EventRows, type EventRowsOptions } from './event-rows.js';
import type { EventSettings } from './event-settings.js';
import { FrameEncoder } from './frame-encoder.js';
import { RowIdColumn } from './row-id-column.js';
import { SidecarOutlet } from './sidecar-outlet.js';
import { SidecarSink } from './sidecar-sink.js';
import { StorageOutlet } from './storage-outlet.js';

/** The side that writes a collector's events, by its options and environment. Nothing is opened or sent yet. */
export function openEvents(
  collection: string,
  settings: EventSettings,
  options: EventCollectorOptions,
  onError: (error: Error) => void,
): EventRows {
  const counters = new EventCounters();
  const rows = new EventRows({
    ...(settings.hasStorage
      ? openStorage(collection, settings, options)
      : { outlet: openSidecar(collection, settings, options, counters, onError) }),
    delivery: options,
    counters,
    encoder: new FrameEncoder(options.floatFormat ?? 'full'),
    rowId: options.rowId && new RowIdColumn(options.rowId),
    onError: tellOnce(onError, counters),
  });
  rows.noteStage('v2');
  return rows;
}

function openStorage(
  collection: string,
  { sampleRate: samplingRate }: EventSettings,
  options: EventCollectorOptions,
): Pick<EventRowsOptions, 'outlet' | 'stages'> {
  const { endpoint, deployment, storage, path, clock = Date.now } = options;
  if (endpoint === undefined || deployment === undefined) throw noDeployment();
  const environment = options.environment ?? process.env;
  const sink = openSinkAt(path ?? storage ?? '', options.storageOptions, environment);
  const outlet = new StorageOutlet(sink, {
    workspace: options.workspace ?? 'default/default/default',
    endpoint,
    deployment,
    collection,
    folder: path === undefined ? `${endpoint}/${deployment}/${collection}/` : '',
    rollingRate: options.rollingRate ?? 'hour',
    instance: options.instance,
  });
  const place = outlet.stageRecord;
  // Contexts have whole seconds.
  const seconds = (): number => Math.floor(clock() / 1000) * 1000;
  const rates = { ramp: 100, samplingRate };
  return place === undefined
    ? { outlet }
    : { outlet, stages: { place, options: { ...rates, clock: seconds, tickMs: 1000 } } };
}

function openSidecar(
  collection: string,
  { config }: EventSettings,
  options: EventCollectorOptions,
  counters: EventCounters,
  onError: (error: Error) => void,
): EventOutlet {
  const { newId, timeoutMs, queueCapacity: capacity = config.queueCapacity } = options;
  const sink = config.localCapture
    ? new CaptureSink(options.onCapture)
    : new SidecarSink(config, {
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        onRefused: (rows, error) => {
          counters.refused(rows);
          onError(error);
        },
      });
  return new SidecarOutlet(sink, { collection, capacity, ...(newId === undefined ? {} : { newId }) });
}

/** Of failures that say the same, while nothing is written between them, one: each waiting request meets them. */
export function tellOnce(onError: (error: Error) => void, counters: EventCounters): (error: Error) => void {
  let told: string | undefined;
  return (error) => {
    const episode = `${counters.stats(0).written} ${error.message}`;
    if (episode === told) return;
    told = episode;
    onError(error);
  };
}

function noDeployment(): MdcBridgeError {
  return new MdcBridgeError('usage', 'events in storage need the names of their endpoint and deployment', {
    remedy:
      'give endpoint and deployment: {endpoint}/{deployment}/{collection} is the folder that monitors read',
  });
}
