import { channel } from 'node:diagnostics_channel';
import type { Batch, BlobTarget } from '../delivery/batch.js';
import type { RowSink, Written } from '../delivery/row-sink.js';
import { parseHeaders } from './sidecar-outlet.js';

/** An event that would have been sent. */
export interface CapturedEvent {
  /** Unix seconds, as they would be sent. */
  readonly time: string;
  readonly collection: string;
  readonly correlationId: string;
  /** JSON of the rows. */
  readonly data: string;
}

const CAPTURED = channel('mdc-bridge:collect:captured');
const TYPE_PREFIX = 'azureml.inference.';

/** Shows what would be sent: `runMode` `local`, or `AZUREML_MDC_LOCAL_CAPTURE`. The SDK printed it; a library doesn't. */
export class CaptureSink implements RowSink {
  readonly url = 'capture:';
  readonly #onCapture: ((event: CapturedEvent) => void) | undefined;

  constructor(onCapture?: (event: CapturedEvent) => void) {
    this.#onCapture = onCapture;
  }

  async write(target: BlobTarget, batches: readonly Batch[]): Promise<Written> {
    this.writeNow(target, batches);
    return { name: target.name };
  }

  writeNow(target: BlobTarget, batches: readonly Batch[]): void {
    const headers = new Map(parseHeaders(target.header));
    for (const { bytes } of batches) {
      const event: CapturedEvent = {
        time: headers.get('ce-time') ?? '',
        collection: (headers.get('ce-type') ?? '').slice(TYPE_PREFIX.length),
        correlationId: headers.get('ce-x-request-id') ?? '',
        data: Buffer.from(bytes).toString('utf8'),
      };
      CAPTURED.publish(event);
      this.#onCapture?.(event);
    }
  }

  async close(): Promise<void> {}
}
