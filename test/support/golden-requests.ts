import { readFileSync } from 'node:fs';

/** A request of the v2 SDK, as it was recorded (fixtures/README.md). */
export interface GoldenRequest {
  readonly scenario: string;
  readonly request_line: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

export const GOLDEN_REQUESTS: readonly GoldenRequest[] = readFileSync(
  'fixtures/sidecar/requests.jsonl',
  'utf8',
)
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as GoldenRequest);
