import type { RunOptions } from '../convert/run-options.js';
import type { MappingOptions } from '../mapping/settings.js';
import type { StorageOptions } from '../storage/storage-options.js';
import type { GlobalFlags } from './cli-io.js';

/** Options as commander hands them over: by the library's names, but for the repeatable `--variant`. */
export type OptionValues = Omit<MappingOptions, 'variants'> & {
  readonly variant?: MappingOptions['variants'];
};

/** Every key of MappingOptions, so that the compiler asks for a new one here. */
const MAPPING: Readonly<Record<keyof OptionValues, true>> = {
  endpoint: true,
  deployment: true,
  collection: true,
  map: true,
  identity: true,
  explode: true,
  pair: true,
  empty: true,
  keepAmlColumns: true,
  rowId: true,
  since: true,
  until: true,
  datarefOver: true,
  datarefBase: true,
  header: true,
  columns: true,
  variant: true,
};

export function mappingValues(values: OptionValues): MappingOptions {
  const { variant, ...rest } = pick(values, Object.keys(MAPPING) as (keyof OptionValues)[]);
  return { ...rest, ...(variant === undefined ? {} : { variants: variant }) };
}

/** The mapping options that were given, as they are written on the command line. */
export function givenMappingFlags(values: OptionValues): string[] {
  const given = Object.keys(pick(values, Object.keys(MAPPING) as (keyof OptionValues)[]));
  return given.map((key) => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
}

/** As commander hands them over: by the library's names, but for the repeatable `--datastore`. */
export type StorageValues = Omit<StorageOptions, 'datastores'> & {
  readonly datastore?: StorageOptions['datastores'];
};

/** Every key of StorageOptions, so that the compiler asks for a new one here. */
const STORAGE: Readonly<Record<keyof StorageValues, true>> = {
  datastore: true,
  concurrency: true,
  bytesInFlight: true,
  maxMbps: true,
  retrySeconds: true,
};

function storageValues(values: StorageValues): StorageOptions {
  const { datastore, ...rest } = pick(values, Object.keys(STORAGE) as (keyof StorageValues)[]);
  return { ...rest, ...(datastore === undefined ? {} : { datastores: datastore }) };
}

type PlainRunValues = Pick<RunOptions, 'prefix' | 'sourceName' | 'include' | 'exclude' | 'workers'>;

export type RunValues = PlainRunValues & StorageValues;

export function runValues(values: RunValues): PlainRunValues & Pick<RunOptions, 'storage'> {
  const storage = storageValues(values);
  return {
    ...pick<PlainRunValues, keyof PlainRunValues>(values, [
      'prefix',
      'sourceName',
      'include',
      'exclude',
      'workers',
    ]),
    ...(Object.keys(storage).length === 0 ? {} : { storage }),
  };
}

export type GlobalValues = Partial<GlobalFlags>;

export function globalFlags(values: GlobalValues): GlobalFlags {
  return { json: values.json ?? false, quiet: values.quiet ?? false, color: values.color ?? true };
}

/** Only what was given: the library tells an absent option from one that says nothing. */
function pick<T extends object, K extends keyof T>(values: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    keys.filter((key) => values[key] !== undefined).map((key) => [key, values[key]]),
  ) as Pick<T, K>;
}
