import type { Journal } from '../journal.js';
import type { Plan } from '../plan-file.js';
import type { ConvertReport } from '../report.js';
import type { PartlyLive } from './live-meeting.js';
import type { LiveTree } from './live-tree.js';

const MOST_SOURCES = 20;

/** What a report tells of live collection; nothing where there is none. */
export function liveFacts(plan: Plan, journal: Journal, live: LiveTree): Pick<ConvertReport, 'live'> {
  if (live.isEmpty) return {};
  const partly: PartlyLive[] = [];
  for (const { source } of plan.files) {
    const calls = journal.sources.get(source)?.live?.partly ?? [];
    if (calls.length > 0 && partly.length < MOST_SOURCES) partly.push({ source, calls });
  }
  return { live: { watermarks: live.watermarks(), partly } };
}
