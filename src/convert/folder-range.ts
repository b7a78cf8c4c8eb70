import type { MappingSettings } from '../mapping/settings.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Whether a folder's day (`2018-12-30`) may hold events of the half-open range. A row's own time decides, not its folder's, so a
 * folder is out only when its whole day lies a day or more outside.
 */
export function folderRange({
  since,
  until,
}: Pick<MappingSettings, 'since' | 'until'>): (date: string) => boolean {
  const first = since === undefined ? -Infinity : Date.parse(`${since}Z`) - 2 * DAY_MS;
  const last = until === undefined ? Infinity : Date.parse(`${until}Z`) + DAY_MS;
  return (date) => {
    const start = Date.parse(`${date}T00:00:00Z`);
    // No such day: whoever lists it says so.
    return Number.isNaN(start) || (start > first && start < last);
  };
}
