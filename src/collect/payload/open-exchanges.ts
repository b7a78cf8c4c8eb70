import type { Socket } from 'node:net';
import type { Exchange } from './exchange.js';

/** Exchanges that are under way, by their connections: a response that waits for its turn on a lost one hears nothing of that. */
export class OpenExchanges {
  /** Few at a time on one connection: more than one where a client does not wait for answers. */
  readonly #bySocket = new Map<Socket, Exchange[]>();

  add(exchange: Exchange): void {
    const { socket } = exchange.request;
    const known = this.#bySocket.get(socket);
    if (known === undefined) this.#watch(socket, exchange);
    else known.push(exchange);
  }

  delete(exchange: Exchange): void {
    const known = this.#bySocket.get(exchange.request.socket);
    if (known === undefined) return;
    if (known.length === 1 && known[0] === exchange) known.pop();
    else if (known.includes(exchange)) known.splice(known.indexOf(exchange), 1);
  }

  endAll(): void {
    for (const exchanges of this.#bySocket.values()) endAll(exchanges);
  }

  get count(): number {
    let count = 0;
    for (const { length } of this.#bySocket.values()) count += length;
    return count;
  }

  #watch(socket: Socket, exchange: Exchange): void {
    this.#bySocket.set(socket, [exchange]);
    socket.once('close', () => {
      endAll(this.#bySocket.get(socket));
      this.#bySocket.delete(socket);
    });
    // It may be gone before its request is handled.
    if (socket.closed) setImmediate(() => endAll(this.#bySocket.get(socket)));
  }
}

function endAll(exchanges: readonly Exchange[] | undefined): void {
  for (const exchange of [...(exchanges ?? [])]) exchange.finish();
}
