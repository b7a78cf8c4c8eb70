import { type RequestLimits, Requests } from '../../../src/storage/azure/requests.js';

/** Requests that wait for little: tests change what they are about. */
export function testRequests(limits: Partial<RequestLimits> = {}): Requests {
  const usual = { concurrency: 8, retrySeconds: 20, tryMs: 20_000, maxMbps: Number.POSITIVE_INFINITY };
  return new Requests({ ...usual, ...limits });
}

/** A service's refusal, as the SDK throws it. */
export function refusal(
  statusCode: number,
  code = '',
  headers: Readonly<Record<string, string>> = {},
): Error {
  const get = (name: string): string | undefined => headers[name];
  return Object.assign(new Error(`refused: ${code}`), {
    name: 'RestError',
    statusCode,
    ...(code === '' ? {} : { code, details: { errorCode: code } }),
    response: { headers: { get } },
  });
}

/** No answer, as the network says it. */
export function silence(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { name: 'RestError', code });
}

/** A client whose calls of one method do their work, but whose first `times` answers are lost. */
export function losingAnswers<T extends object>(client: T, method: keyof T & string, times = 1): T {
  let left = times;
  return intercepting(client, method, async (call) => {
    const answer = await call();
    left -= 1;
    if (left >= 0) throw silence('ECONNRESET');
    return answer;
  });
}

/** A client where one method's calls go through `around`. */
export function intercepting<T extends object>(
  client: T,
  method: keyof T & string,
  around: (call: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>,
): T {
  return new Proxy(client, {
    get(target, property): unknown {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      if (property !== method) return value.bind(target);
      return (...args: readonly unknown[]) => around(() => Promise.resolve(value.apply(target, args)), args);
    },
  });
}
