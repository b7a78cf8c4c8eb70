import type { CorrelationFields } from '../legacy/correlation.js';
import type { CollectedData } from './tabular-data.js';

/** Data with the correlation values of the request it answers: what `addCorrelations` makes, and `collect` takes. */
export class CorrelatedData {
  readonly data: CollectedData;
  readonly correlations: CorrelationFields;

  constructor(data: CollectedData, correlations: CorrelationFields) {
    this.data = data;
    this.correlations = correlations;
  }
}
