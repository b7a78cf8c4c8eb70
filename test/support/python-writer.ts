import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const HEADER_ID = '00000000-0000-0000-0000-000000000000';
const VERSION = '2017-07-29';
/** The real one tries 4 times, with seconds between. */
const TRIES = 4;
const PAUSE_MS = 100;
/** As long as a lease whose answer got lost, and some time for the others. */
const LEASE_PATIENCE_MS = 60_000;

interface Asked {
  readonly method: string;
  readonly query: string;
  readonly body?: string;
  readonly lease?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly leaseId: string;
}

/** A request that can't go on: the rows stay, and the next turn tries anew. */
class Refused extends Error {
  readonly status: number;
  constructor(status: number, what: string) {
    super(`${what}: ${status}`);
    this.status = status;
  }
}

/**
 * Writes one blob as the Python collector's native library does, request by request (`fixtures/legacy/wire.jsonl`): every data block
 * under a lease of its own; then lease, list, commit, release. Plain HTTP, and none of our code.
 */
export class PythonWriter {
  /** What it has sent, as `PUT comp=lease acquire 201`; tries that failed in passing are not among it. */
  readonly sent: string[] = [];
  readonly #url: URL;
  readonly #pending = new Map<string, string>();
  #header: string | undefined;

  /** @param url of the blob, with a SAS. */
  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** Blocks that it has not seen committed. */
  get pending(): number {
    return this.#pending.size;
  }

  /** As the constructor does: a lease that finds no blob, then the header without one. */
  async start(header: string): Promise<void> {
    this.#header = header;
    const found = await this.#send({ method: 'PUT', query: 'comp=lease', headers: ACQUIRE }, [201, 404]);
    if (found.status === 404) await this.#putHeader();
    else await this.#release(found.leaseId);
  }

  /** Stages a header under a lease: another one than before, when correlations have come. */
  async restage(header: string): Promise<void> {
    await this.#leased((lease) => this.#putBlock(HEADER_ID, header, lease));
  }

  /** Rows as one block. What can't be staged now is staged at the next commit. */
  async write(rows: string): Promise<void> {
    const id = randomUUID();
    this.#pending.set(id, rows);
    await this.#leased((lease) => this.#putBlock(id, rows, lease));
  }

  /** One turn: what it sees committed is done, what has vanished is staged again, the rest is committed with all that there is. */
  async commit(): Promise<void> {
    const missing = await this.#leased(async (lease) => {
      const { committed, uncommitted } = await this.#list(lease);
      for (const id of committed) this.#pending.delete(id);
      await this.#commitAll(committed, uncommitted, lease);
      return [...this.#pending].filter(([id]) => !uncommitted.includes(id));
    });
    for (const [id, rows] of missing) await this.#leased((lease) => this.#putBlock(id, rows, lease));
  }

  async #commitAll(
    committed: readonly string[],
    uncommitted: readonly string[],
    lease: string,
  ): Promise<void> {
    const rest = uncommitted.filter((id) => !committed.includes(id));
    const header = [...committed, ...rest].includes(HEADER_ID);
    const name = (kind: string) => (id: string) => `<${kind}>${base64(id)}</${kind}>`;
    const parts = [
      ...(header ? [name(committed.includes(HEADER_ID) ? 'Committed' : 'Uncommitted')(HEADER_ID)] : []),
      ...committed.filter((id) => id !== HEADER_ID).map(name('Committed')),
      ...rest.filter((id) => id !== HEADER_ID).map(name('Uncommitted')),
    ];
    if (parts.length === 0) return;
    const body = `<?xml version="1.0"?>\n<BlockList>${parts.join('')}</BlockList>\n`;
    await this.#send({ method: 'PUT', query: 'comp=blocklist', body, lease }, [201]);
  }

  async #list(lease: string): Promise<{ readonly committed: string[]; readonly uncommitted: string[] }> {
    const { text } = await this.#send(
      { method: 'GET', query: 'blocklisttype=all&comp=blocklist', lease },
      [200],
    );
    const ids = (kind: string): string[] => {
      const part = new RegExp(`<${kind}>(.*)</${kind}>`, 's').exec(text)?.[1] ?? '';
      return [...part.matchAll(/<Name>([^<]*)<\/Name>/g)].map(([, id = '']) =>
        Buffer.from(id, 'base64').toString('latin1'),
      );
    };
    return { committed: ids('CommittedBlocks'), uncommitted: ids('UncommittedBlocks') };
  }

  /** Without a lease: somebody else's may be in the way, and then there is a blob already. */
  async #putHeader(): Promise<void> {
    const query = `comp=block&blockid=${encodeURIComponent(base64(HEADER_ID))}`;
    await this.#send({ method: 'PUT', query, body: this.#header ?? '' }, [201, 412]);
  }

  async #putBlock(id: string, body: string, lease: string): Promise<void> {
    const query = `comp=block&blockid=${encodeURIComponent(base64(id))}`;
    await this.#send({ method: 'PUT', query, body, lease }, [201]);
  }

  async #leased<T>(act: (lease: string) => Promise<T>): Promise<T> {
    const lease = await this.#acquire();
    try {
      return await act(lease);
    } finally {
      await this.#release(lease);
    }
  }

  /** Chosen by the service: if its answer gets lost, the lease is nobody's for 30 seconds. */
  async #acquire(): Promise<string> {
    const end = performance.now() + LEASE_PATIENCE_MS;
    for (;;) {
      const asked = { method: 'PUT', query: 'comp=lease', headers: ACQUIRE };
      const { status, leaseId } = await this.#send(asked, [201, 404, 409]);
      if (status === 201) return leaseId;
      if (performance.now() > end) throw new Refused(status, 'no lease');
      if (status === 404) await this.#putHeader();
      else await sleep(PAUSE_MS * (0.5 + Math.random()));
    }
  }

  async #release(lease: string): Promise<void> {
    const headers = { 'x-ms-lease-action': 'release' };
    // One that is over already, or whose answer got lost, is as good.
    await this.#send({ method: 'PUT', query: 'comp=lease', lease, headers }, [200, 404, 409, 412]).catch(
      () => undefined,
    );
  }

  async #send(asked: Asked, expected: readonly number[]): Promise<Answered> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#try(asked).catch(() => undefined);
      if (answer !== undefined && expected.includes(answer.status)) {
        this.sent.push(wordsOf(asked, answer.status));
        return answer;
      }
      const status = answer?.status ?? 0;
      const passes = status === 0 || status === 429 || status >= 500;
      if (!passes || tries === TRIES) throw new Refused(status, wordsOf(asked, status));
      await sleep(PAUSE_MS * tries);
    }
  }

  async #try({ method, query, body, lease, headers }: Asked): Promise<Answered> {
    const url = new URL(this.#url);
    url.search = `${query}&${this.#url.search.slice(1)}`;
    const leased = lease === undefined ? {} : { 'x-ms-lease-id': lease };
    const response = await fetch(url, {
      method,
      headers: { 'x-ms-version': VERSION, ...leased, ...headers },
      ...(method === 'PUT' ? { body: body ?? '' } : {}),
    });
    const text = await response.text();
    return { status: response.status, text, leaseId: response.headers.get('x-ms-lease-id') ?? '' };
  }
}

const ACQUIRE = { 'x-ms-lease-action': 'acquire', 'x-ms-lease-duration': '30' };

/** For comparing: without random ids. */
function wordsOf({ method, query, body = '', lease, headers = {} }: Asked, status: number): string {
  return requestWords(method, query, headers['x-ms-lease-action'], lease !== undefined, body, status);
}

/** A request in one line; ids other than the header's are `#`. */
export function requestWords(
  method: string,
  query: string,
  action: string | undefined,
  leased: boolean,
  body: string,
  status: number,
): string {
  const anonymous = (id: string): string => {
    const plain = Buffer.from(decodeURIComponent(id), 'base64').toString('latin1');
    return plain === HEADER_ID ? 'header' : '#';
  };
  const named = query.replace(/blockid=(.*)/, (_, id: string) => anonymous(id));
  const blocks = body.replace(/>([A-Za-z0-9+/=]{8,})</g, (_, id: string) => `>${anonymous(id)}<`);
  const content = query === 'comp=blocklist' ? blocks : '';
  return [method, named, action, leased ? 'leased' : '', content, status].filter((word) => word).join(' ');
}

function base64(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64');
}
