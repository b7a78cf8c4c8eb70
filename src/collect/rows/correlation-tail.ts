import { MdcBridgeError } from '../../errors.js';
import { CORRELATION_COLUMNS, type CorrelationFields, NO_REQUEST_ID } from '../../legacy/correlation.js';
import { type Clock, TimestampFormat } from '../call-clock.js';
import type { CollectorSettings } from '../collector-settings.js';
import { RowEncoder } from './row-encoder.js';

/** Minutes that one blob spans: an hour, or a day. */
const BOUNDARIES = { hour: 60, day: 1440 } as const;

/** Makes a call's eight values. */
export class CorrelationMaker {
  readonly #settings: CollectorSettings;
  readonly #boundary: number;
  readonly #timestamps = new TimestampFormat();

  constructor(settings: CollectorSettings) {
    this.#settings = settings;
    this.#boundary = BOUNDARIES[settings.environment.hourly ? 'hour' : 'day'];
  }

  /** @param time in epoch ms. */
  make(id: string, time: ReturnType<Clock>, requestId: string = NO_REQUEST_ID): CorrelationFields {
    const { workspace, service, model, version } = this.#settings;
    return {
      $aml_dc_correlation_id: id,
      $aml_dc_scoring_timestamp: this.#timestamps.format(time),
      $aml_dc_boundary: this.#boundary,
      $aml_workspace: workspace,
      $aml_service_name: service,
      $aml_model_name: model,
      $aml_model_version: version,
      $aml_request_id: requestId,
    };
  }
}

const EMPTY = new Uint8Array(0);
const COMMA = Buffer.from(',', 'latin1');
const [ID, TIMESTAMP, ...SHARED] = CORRELATION_COLUMNS;

/** The eight values as a row ends with them: made once a call. */
export class CorrelationTail {
  readonly #encoder = new RowEncoder();
  /** The last call's values but for its id and time, which most calls of a service share, and their bytes. */
  readonly #shared: string[] = [];
  #sharedBytes: Uint8Array = EMPTY;

  /**
   * Valid until the next call.
   *
   * @throws MdcBridgeError `usage`: one of the eight is missing, or is no text or number.
   */
  of(fields: CorrelationFields | undefined): Uint8Array {
    if (fields === undefined) return EMPTY;
    const own = [correlationText(fields, ID), correlationText(fields, TIMESTAMP)];
    let isKnown = true;
    for (let i = 0; i < SHARED.length; i += 1) {
      const text = correlationText(fields, SHARED[i] ?? ID);
      if (text !== this.#shared[i]) isKnown = false;
      this.#shared[i] = text;
    }
    this.#encoder.reset();
    if (!isKnown) {
      this.#encoder.fields(this.#shared, 'list');
      this.#sharedBytes = Buffer.concat([COMMA, this.#encoder.view()]);
      this.#encoder.reset();
    }
    this.#encoder.fields(own, 'list');
    this.#encoder.bytes(this.#sharedBytes);
    return this.#encoder.view();
  }
}

/** @throws MdcBridgeError `usage`: the value is missing, or is no text or number. */
export function correlationText(fields: CorrelationFields, name: keyof CorrelationFields): string {
  const value: unknown = fields[name];
  if (typeof value !== 'string' && typeof value !== 'number') throw notCorrelations(name, value);
  return String(value);
}

function notCorrelations(name: string, value: unknown): MdcBridgeError {
  const what = value === undefined ? 'is missing' : `is ${value === null ? 'null' : `a ${typeof value}`}`;
  return new MdcBridgeError('usage', `these are no correlations: their ${name} ${what}`, {
    remedy: 'give what collect of the inputs returned, as it is',
  });
}
