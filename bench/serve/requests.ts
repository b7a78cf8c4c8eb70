import { DistinctValues } from '../collect/distinct-values.ts';

/** As pandas rounds. */
function tenDecimals(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toFixed(10)) : value;
}

/** Requests as the v2 SDK sends them, of one row of ten floats, on connections that stay open. */
export class Requests {
  readonly #values: DistinctValues;
  readonly #run: string;
  #count = 0;

  constructor(seed: number) {
    this.#values = new DistinctValues(seed);
    this.#run = String(seed).padStart(8, '0');
  }

  /** Each has an id and values that none had before. `ce-time` is one hour's, as a live service's is. */
  next(): Buffer {
    this.#count += 1;
    const id = `${this.#run}-0000-4000-8000-${this.#count.toString(16).padStart(12, '0')}`;
    const body = JSON.stringify([this.#values.record()], tenDecimals);
    return Buffer.from(
      `POST /modeldata/log HTTP/1.1\r\nHost: 127.0.0.1:50011\r\nUser-Agent: python-requests/2.34.2\r\n` +
        `Accept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\nContent-Type: application/json\r\n` +
        `trace-id: ${id}\r\nce-time: 1795307770\r\nce-type: azureml.inference.model_inputs\r\n` +
        `ce-collect-data-type: pandas.core.frame.DataFrame\r\nce-agent: azureml-ai-monitoring/1.0.0\r\n` +
        `ce-x-request-id: ${id}\r\nce-model-version: default\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      'latin1',
    );
  }
}
