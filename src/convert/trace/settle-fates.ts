import type { Storage } from '../../storage/storage.js';
import type { VerifyTask } from '../verify/verify-task.js';
import type { RowFate, TracedRow } from './call-trace.js';
import { callsOf, type FoundEvent, isLive } from './found-event.js';
import { findRejects } from './trace-rejects.js';
import type { PlacedRow } from './trace-source.js';

/** Where the trees are read. */
export interface Reading {
  readonly destination: Storage;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The rows of one source with what really became of them: in their event, else among the rejects, else live collection's. `events`: those
 * of the call.
 */
export async function settleFates(
  task: VerifyTask,
  placed: readonly PlacedRow[],
  events: readonly FoundEvent[],
  { destination, signal }: Reading,
): Promise<TracedRow[]> {
  const fates = placed.map((one) => ({ ...one, written: writtenFate(one, events) }));
  const open = fates.filter(({ row, written }) => written === undefined && row.fate.kind === 'event');
  const offsets = new Set(open.map(({ row }) => row.offset));
  const reasons = await findRejects(task, offsets, destination, signal);
  return fates.map(({ row, event, written }) => {
    if (row.fate.kind !== 'event') return row;
    const reason = reasons.get(row.offset);
    const setAside: RowFate | undefined = reason === undefined ? undefined : { kind: 'rejected', reason };
    return { ...row, fate: written ?? setAside ?? liveFate(event.ownId, events) ?? row.fate };
  });
}

/** With the line of the event that the row must be in, if it is there. */
function writtenFate(
  { row: { fate }, event }: PlacedRow,
  events: readonly FoundEvent[],
): RowFate | undefined {
  if (fate.kind !== 'event') return undefined;
  const found = events.find((one) => one.object === fate.object && one.event.values['id'] === event.id);
  return found && { ...fate, line: found.event.line.number };
}

function liveFate(call: string | undefined, events: readonly FoundEvent[]): RowFate | undefined {
  const live = events.find((one) => call !== undefined && isLive(one) && callsOf(one).includes(call));
  return live && { kind: 'live', object: live.object, line: live.event.line.number };
}
