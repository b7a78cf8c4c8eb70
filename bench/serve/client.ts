import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The end of an answer's head; the answers that are measured have no body. */
const HEAD_END = '\r\n\r\n';

/** One connection that stays open and has one request on its way at most; as little work as can be, since it shares the cores. */
export class Client {
  readonly #socket: Socket;
  #answered: ((head: string) => void) | undefined;
  #head = '';

  static async open(port: number): Promise<Client> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Client(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#hear(chunk));
  }

  /** @param answered called when the answer is there. */
  send(request: Buffer, answered: () => void): void {
    this.#answered = (head) => {
      if (!head.startsWith('HTTP/1.1 200')) throw new Error(`not taken: ${head.split('\r\n', 1)[0]}`);
      answered();
    };
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }

  #hear(chunk: string): void {
    this.#head += chunk;
    if (!this.#head.endsWith(HEAD_END)) return;
    const head = this.#head;
    this.#head = '';
    this.#answered?.(head);
  }
}
