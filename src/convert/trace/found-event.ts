import { callOf } from '../live/live-events.js';
import type { ParsedEvent } from '../verify/event-line.js';
import type { VerifyTask } from '../verify/verify-task.js';

/** An event that holds the id, and the source near which it was found. */
export interface FoundEvent {
  readonly task: VerifyTask;
  readonly object: string;
  readonly event: ParsedEvent;
}

export function isLive({ task, object }: FoundEvent): boolean {
  return task.live?.objects.some(({ name }) => name === object) === true;
}

/** The calls that the event may be of: ours are named by it with or without a part's suffix. */
export function callsOf({ event }: FoundEvent): readonly string[] {
  const correlationId = String(event.values['correlationid']);
  return [correlationId, callOf(correlationId)];
}
