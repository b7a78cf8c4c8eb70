import { murmur3x86128 } from './event-id.js';

/**
 * Whether a call is among the sampled ones: by a hash of its correlation id, so that all collections of a request, on both sides and in
 * every process, decide alike.
 *
 * @param percentage 0-100.
 */
export function isSampled(correlationId: string, percentage: number): boolean {
  if (percentage >= 100) return true;
  const [word = 0] = murmur3x86128(Buffer.from(correlationId, 'utf8').toString('latin1'));
  return (word / 2 ** 32) * 100 < percentage;
}
