import { digestFiles, firstDifference } from './check/file-digests.ts';
import { digestRows } from './check/row-digest.ts';
import type { Contender } from './contenders.ts';
import type { PreparedStage } from './stage.ts';

/** @throws Error if a contender's output does not hold what ours holds; then none of its times would mean anything. */
export function checkOutput({ label, output }: Contender, stage: PreparedStage, destination: string): void {
  if (output === 'none') return;
  if (output === 'same-bytes') {
    const name = firstDifference(stage.files, digestFiles(destination));
    if (name !== undefined) throw new Error(`${label}: other bytes than ours with 2 workers in ${name}`);
    return;
  }
  const { rows, events, hash } = digestRows(destination);
  const { digest } = stage;
  if (rows === digest.rows && events === digest.events && hash === digest.hash) return;
  throw new Error(
    `${label}: ${rows} rows in ${events} events (hash ${hash}), ` +
      `but ours ${digest.rows} rows in ${digest.events} events (hash ${digest.hash})`,
  );
}
