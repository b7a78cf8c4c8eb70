import { parseDataPath } from '../legacy/data-path.js';
import type { Designation } from '../legacy/designation.js';
import { collectionNameOf } from '../mapping/names.js';

/** The collections that the v2 format has by name, and their designations. */
const KNOWN: Readonly<Record<string, Designation>> = {
  model_inputs: 'inputs',
  model_outputs: 'predictions',
  labels: 'labels',
  signals: 'signals',
  general: 'general',
};

/** Where a collection's rows lie in the legacy tree. */
export interface LegacyPlace {
  readonly designation: Designation;
  /** Names the file, with signals and general. */
  readonly collectionName?: string;
}

/**
 * `signals_web` is the collection `web` of signals; what nobody knows is one of general data.
 *
 * @param told designations by collection, as the configuration has them.
 */
export function designationOf(name: string, told: Readonly<Record<string, Designation>>): LegacyPlace {
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  const designation = Object.hasOwn(told, name) ? told[name] : known;
  if (designation !== undefined) {
    const isItself = designation === name || designation === known;
    return isItself ? { designation } : { designation, collectionName: name };
  }
  const [, kind, rest] = /^(signals|general)_(.+)$/.exec(name) ?? [];
  if (rest === undefined) return { designation: 'general', collectionName: name };
  return { designation: kind === 'signals' ? 'signals' : 'general', collectionName: rest };
}

/** Which collection a blob is of, by its name alone: for what earlier processes have left. `''`: it does not tell. */
export function collectionOfBlob(name: string): string {
  if (name.endsWith('.jsonl')) return /(?:^|\/)([^/]+)(?:\/\d+)+\/[^/]+$/.exec(name)?.[1] ?? '';
  const path = parseDataPath(name);
  if (path.kind !== 'data') return '';
  const { designation } = path.designation;
  const collectionName = collectionNameOf(designation, path.file.replace(/-\d+(?=\.csv$)/, ''));
  if (collectionName !== '' && collectionName !== designation) {
    return designation === 'signals' ? `signals_${collectionName}` : collectionName;
  }
  return Object.keys(KNOWN).find((collection) => KNOWN[collection] === designation) ?? designation;
}
