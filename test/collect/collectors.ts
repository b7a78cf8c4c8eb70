import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CollectorDesignation, CollectorOptions } from '../../src/collect/collector-options.js';
import { ModelDataCollector } from '../../src/collect/model-data-collector.js';
import type { CollectedData } from '../../src/collect/tabular-data.js';
import type { CorrelationFields } from '../../src/legacy/correlation.js';

/** 2026-11-22T10:20:30.000400 */
export const NOW: number = Date.UTC(2026, 10, 22, 10, 20, 30) + 0.4;
export const DAY = '2026/11/22';
/** Before the designation, where nothing else is said. */
export const BEFORE = 'default/default/default/svc/m/1';

/** A collector of the service `svc`, model `m`, version 1, which knows no environment, and hears no signals. */
export function collectorIn(
  storage: string,
  designation: CollectorDesignation = 'inputs',
  featureNames: readonly string[] = ['a', 'b'],
  options: CollectorOptions = {},
): ModelDataCollector {
  return new ModelDataCollector('m', designation, featureNames, {
    storage,
    enabled: true,
    webserviceName: 'svc',
    modelVersion: '1',
    handleSignals: false,
    environment: {},
    clock: () => NOW,
    newId: countedIds(),
    ...options,
  });
}

/** `id-1`, `id-2` ... */
export function countedIds(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `id-${count}`;
  };
}

export function nameOf(designation = 'inputs', file = 'data.csv', day: string = DAY): string {
  return `${BEFORE}/${designation}/${day}/${file}`;
}

/** The eight values of the call whose id this is. */
export function tailOf(id: string, timestamp = '2026-11-22T10:20:30.000400', boundary = 1440): string {
  return `${id},${timestamp},${boundary},default/default/default,svc,m,1,00000000-0000-0000-0000-000000000000`;
}

/** All files below a folder, by name. */
export function filesIn(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

/** What one call writes into a new folder: the file's lines behind the header, and all of it. */
export async function writtenBy(
  storage: string,
  data: CollectedData,
  options: CollectorOptions = {},
  featureNames?: readonly string[],
): Promise<string> {
  const collector = collectorIn(storage, 'predictions', featureNames ?? [], options);
  collector.collect(data);
  await collector.close();
  return Object.values(filesIn(storage)).join('');
}

/** What a call of inputs returned whose id this is. */
export function fieldsOf(id: string): CorrelationFields {
  return {
    $aml_dc_correlation_id: id,
    $aml_dc_scoring_timestamp: '2026-11-22T10:20:30.000400',
    $aml_dc_boundary: 1440,
    $aml_workspace: 'default/default/default',
    $aml_service_name: 'svc',
    $aml_model_name: 'm',
    $aml_model_version: '1',
    $aml_request_id: '00000000-0000-0000-0000-000000000000',
  };
}
