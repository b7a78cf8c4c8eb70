import { Client } from './client.ts';
import { Requests } from './requests.ts';

/** Times in ms, of single requests. */
export interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Each client sends its next request when the last one is answered. @returns requests a second. */
export async function closedLoop(
  port: number,
  clients: number,
  seconds: number,
  seed: number,
): Promise<number> {
  const requests = new Requests(seed);
  const open = await Promise.all(Array.from({ length: clients }, () => Client.open(port)));
  let count = 0;
  const start = performance.now();
  await Promise.all(
    open.map(
      (client) =>
        new Promise<void>((resolve) => {
          const next = (): void => {
            if (performance.now() - start > seconds * 1000) {
              resolve();
              return;
            }
            client.send(requests.next(), () => {
              count += 1;
              next();
            });
          };
          next();
        }),
    ),
  );
  const passed = (performance.now() - start) / 1000;
  for (const client of open) client.close();
  return count / passed;
}

/**
 * So many requests a second, on whichever connection is free: what is due and finds none waits for one, and its time runs from when
 * it was due.
 */
export async function pacedLoop(
  port: number,
  clients: number,
  { rate, seconds, seed }: { readonly rate: number; readonly seconds: number; readonly seed: number },
): Promise<Latencies & { readonly sent: number }> {
  const requests = new Requests(seed);
  const free = await Promise.all(Array.from({ length: clients }, () => Client.open(port)));
  const all = [...free];
  const total = Math.floor(rate * seconds);
  const millis = new Float64Array(total);
  let [sent, done] = [0, 0];
  const over = Promise.withResolvers<void>();
  const start = performance.now();
  const send = (): void => {
    while (free.length > 0 && sent < total && performance.now() - start >= (sent / rate) * 1000) {
      const client = free.pop()!;
      const due = start + (sent / rate) * 1000;
      sent += 1;
      client.send(requests.next(), () => {
        millis[done] = performance.now() - due;
        done += 1;
        free.push(client);
        if (done === total) over.resolve();
      });
    }
  };
  const turn = (): void => {
    send();
    if (done < total) setImmediate(turn);
  };
  turn();
  await over.promise;
  for (const client of all) client.close();
  millis.sort();
  const at = (share: number): number => millis[Math.min(total - 1, Math.floor(share * total))] ?? 0;
  return { sent: total, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
}
