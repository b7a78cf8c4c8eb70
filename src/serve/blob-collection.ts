import { parseDataPath } from '../legacy/data-path.js';

/** The collections that inputs and predictions are called in the v2 format; every other designation has its own name there. */
const BY_DESIGNATION: Readonly<Record<string, string>> = {
  inputs: 'model_inputs',
  predictions: 'model_outputs',
};

/** Which collection a blob is of, by its name alone: for what earlier processes have left. `''`: it does not tell. */
export function collectionOfBlob(name: string): string {
  if (name.endsWith('.jsonl')) return /(?:^|\/)([^/]+)(?:\/\d+)+\/[^/]+$/.exec(name)?.[1] ?? '';
  const path = parseDataPath(name);
  if (path.kind !== 'data') return '';
  const { designation } = path.designation;
  const file = path.file.replace(/(?:-\d+)?\.csv$/, '');
  const isNamed = !['data', 'default', designation].includes(file);
  return isNamed ? file : (BY_DESIGNATION[designation] ?? designation);
}
