import { DistinctValues } from '../collect/distinct-values.ts';
import { Client } from './client.ts';

const ROWS = 100;

/** Sends rows, a hundred a request, on one connection. @param seen called at each of so many rows. */
export async function sendRows(
  port: number,
  rows: number,
  { every, seen }: { readonly every: number; readonly seen: (rows: number) => void },
): Promise<void> {
  const values = new DistinctValues(1);
  const client = await Client.open(port);
  for (let sent = 0; sent < rows; ) {
    await new Promise<void>((resolve) => client.send(requestOf(values, sent), resolve));
    sent += ROWS;
    if (sent % every === 0) seen(sent);
  }
  client.close();
}

function requestOf(values: DistinctValues, first: number): Buffer {
  const rows = Array.from({ length: ROWS }, () => ({ a: values.value(), b: values.value() }));
  const body = JSON.stringify(rows);
  return Buffer.from(
    `POST /modeldata/log HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nce-time: 1795307770\r\n` +
      `ce-type: azureml.inference.model_inputs\r\nce-x-request-id: rows-${first}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    'latin1',
  );
}
