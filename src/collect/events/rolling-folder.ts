/** How deep the folders of time are: `rolling_rate` of a deployment. Monitors read `hour` alone. */
export const ROLLING_RATES = ['minute', 'hour', 'day', 'month', 'year'] as const;
export type RollingRate = (typeof ROLLING_RATES)[number];

/** Characters of `YYYY-MM-DDTHH:MM`. */
const LENGTHS: Readonly<Record<RollingRate, number>> = { year: 4, month: 7, day: 10, hour: 13, minute: 16 };

/** The folder of an event's `time` (RFC 3339, UTC): `2018-12-30T01:12:06Z` → `2018/12/30/01` by the hour. */
export function rollingFolder(time: string, rate: RollingRate): string {
  return time.slice(0, LENGTHS[rate]).replace(/[-T:]/g, '/');
}
