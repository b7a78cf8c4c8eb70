/** Sides take turns, round after round, every second round the other way. */
export async function inRounds<Side extends string, R>(
  sides: readonly Side[],
  rounds: number,
  run: (side: Side) => Promise<R>,
): Promise<Record<Side, R[]>> {
  const results = Object.fromEntries(sides.map((side) => [side, [] as R[]])) as Record<Side, R[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) results[side].push(await run(side));
  }
  return results;
}
