import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from './exchange.js';
import { PayloadLog, type PayloadStats } from './payload-log.js';
import type { PayloadLoggerOptions } from './payload-options.js';

/** As `node:http` calls it. */
export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  ...more: never[]
) => unknown;

/** Hands over to what comes next, as connect and express have it. */
export type NextHandler = (error?: unknown) => unknown;

/** Wraps a handler, or stands in a chain of them. */
export interface PayloadLogger extends AsyncDisposable {
  /** The handler, recorded: same arguments, `this`, result and errors. */
  <H extends RequestHandler>(handler: H): H;
  /** For `app.use(log)`: first in the chain, before anything reads the request. */
  (request: IncomingMessage, response: ServerResponse, next: NextHandler): unknown;
  /** Events, by what has become of them. */
  stats(): PayloadStats;
  /**
   * Returns when all exchanges that are over are written.
   *
   * @throws StorageError what the storage refused with; events are kept, and tried again.
   */
  flush(): Promise<void>;
  /**
   * Writes what is left, within `shutdownMs`, and ends the logger: requests that are under way are recorded as `unfinished`, and later
   * ones are served and counted. To be called when the server is closed.
   *
   * @throws StorageError if events are lost.
   */
  close(): Promise<void>;
}

/**
 * Records requests and responses of a `node:http` server as the collections `request` and `response`. It never delays, alters or breaks a
 * response: bodies are copied as they pass, and what goes wrong with logging goes to `onError`.
 *
 * @example
 *   const log = payloadLogger({ storage: './modelDataCollector', endpoint: 'diabetes', deployment: 'blue' });
 *   createServer(log(handler)).listen(8080); // or app.use(log)
 *
 * @throws MdcBridgeError `usage` for options that can't be: a header that holds secrets, for one.
 */
export function payloadLogger(options: PayloadLoggerOptions): PayloadLogger {
  const log = new PayloadLog(options);
  function logger(
    first: RequestHandler | IncomingMessage,
    response: ServerResponse,
    next: NextHandler,
  ): unknown {
    if (typeof first === 'function') return wrapped(log, first);
    // What comes next stands in for a handler, without its arguments.
    return wrapped(log, () => next())(first, response);
  }
  return Object.assign(logger as Pick<PayloadLogger, never> & typeof logger, {
    stats: () => log.stats(),
    flush: () => log.flush(),
    close: () => log.end(),
    [Symbol.asyncDispose]: () => log.end(),
  }) as unknown as PayloadLogger;
}

function wrapped(log: PayloadLog, handler: RequestHandler): RequestHandler {
  return function handle(this: unknown, ...given): unknown {
    const exchange = log.watch(given[0], given[1]);
    if (exchange === undefined) return Reflect.apply(handler, this, given);
    let result: unknown;
    try {
      result = Reflect.apply(handler, this, given);
    } catch (cause) {
      return failed(exchange, cause);
    }
    return result instanceof Promise ? observed(exchange, result) : result;
  };
}

/**
 * A promise is passed on through one that ends alike: listening beside it would make it a handled one, and its rejection be told to
 * nobody.
 */
function observed(exchange: Exchange, result: Promise<unknown>): Promise<unknown> {
  return result.then(undefined, (cause: unknown) => failed(exchange, cause));
}

/** Fails with it again. */
function failed(exchange: Exchange, cause: unknown): never {
  exchange.failure = { cause };
  throw cause;
}
