import { CORRELATION_COLUMNS } from '../../legacy/correlation.js';
import type { HistoricCollection, HistoricColumn } from './historic-collection.js';

/** What a model does, as monitors know it. */
export type Task = 'classification' | 'regression';

/** The columns that have values and are not there only for joining: a column of row ids would drift at every run. */
export function featuresOf({ columns, rowId, hasAmlColumns }: HistoricCollection): HistoricColumn[] {
  const joining = new Set<string | undefined>([rowId, ...(hasAmlColumns ? CORRELATION_COLUMNS : [])]);
  return columns.filter(({ name, type }) => type !== 'null' && !joining.has(name));
}

/** Fractions are measured, everything else is named or counted. */
export function guessTask(outputs: HistoricCollection | undefined): Task {
  const features = outputs === undefined ? [] : featuresOf(outputs);
  return features.length > 0 && features.every(({ type }) => type === 'number')
    ? 'regression'
    : 'classification';
}
