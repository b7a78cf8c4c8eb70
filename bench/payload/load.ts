import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface LoadSettings {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** One request, byte for byte. */
  readonly request: string;
  /** Called when it is warm. */
  readonly onStart: () => void;
  /** Called when the time is over. */
  readonly onEnd: () => Promise<void>;
}

export interface Answers {
  readonly count: number;
  readonly seconds: number;
}

/**
 * Requests that a server answers: each connection asks again when it has its answer. Answers are told apart by their length, which
 * the first one shows: a client that parsed would be slower than the server.
 */
export async function load(settings: LoadSettings): Promise<Answers> {
  const { port, connections, seconds, request, onStart, onEnd } = settings;
  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(port)));
  const length = await firstLength(sockets[0]!, request);
  let answers = 0;
  for (const socket of sockets) {
    let left = length;
    socket.on('data', (chunk) => {
      left -= chunk.length;
      if (left > 0) return;
      if (left < 0) throw new Error('an answer is longer than the first one was');
      left = length;
      answers += 1;
      socket.write(request);
    });
    socket.write(request);
  }
  // The first half warms it up.
  await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / 2));
  onStart();
  const [before, start] = [answers, performance.now()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const counted = { count: answers - before, seconds: (performance.now() - start) / 1000 };
  await onEnd();
  for (const socket of sockets) socket.destroy();
  return counted;
}

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  await once(socket, 'connect');
  return socket;
}

/** In bytes. Dates have one length. */
async function firstLength(socket: Socket, request: string): Promise<number> {
  socket.write(request);
  let text = '';
  while (true) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString('latin1');
    const head = text.indexOf('\r\n\r\n');
    const body = Number(/content-length: (\d+)/i.exec(text)?.[1]);
    if (head >= 0 && text.length >= head + 4 + body) return text.length;
  }
}
