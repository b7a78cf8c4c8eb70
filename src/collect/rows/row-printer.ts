import type { CollectorOptions } from '../collector-options.js';
import type { CollectorSettings } from '../collector-settings.js';
import { type Call, CallEncoder } from './call-rows.js';
import { HeaderChoice } from './header-choice.js';
import { rowForm } from './legacy-rows.js';

/** Prints each call's rows below their header, as the SDK did with `AML_MODEL_DC_DEBUG=true`. */
export class RowPrinter {
  readonly #encoder: CallEncoder;
  readonly #headers: HeaderChoice;

  constructor(settings: CollectorSettings, options: CollectorOptions) {
    this.#encoder = new CallEncoder(rowForm(settings, options));
    this.#headers = new HeaderChoice(settings.designation, settings.featureNames);
  }

  print(call: Call): void {
    const header = this.#headers.next(call.table.names, call.correlations !== undefined) ?? new Uint8Array();
    process.stdout.write(`${Buffer.concat([header, this.#encoder.encode(call)]).toString('utf8')}\n`);
  }
}
