import type { Storage } from '../../storage/storage.js';
import type { Plan } from '../plan-file.js';
import type { StageRecords } from '../stage-records.js';
import type { CollectionSides } from './collection-sides.js';
import type { CompareSettings } from './compare-options.js';
import type { CompareRules } from './compare-task.js';
import type { Tallies } from './hour-tallies.js';
import type { LegacyTasks } from './legacy-tasks.js';
import type { ListedEvents } from './list-events.js';

/** What a comparison works with. */
export interface CompareInput {
  /** Names, headers and columns of the legacy side. */
  readonly plan: Plan;
  readonly trees: { readonly legacy: Storage; readonly v2: Storage };
  readonly settings: CompareSettings;
  /** What the writers of the v2 tree say of themselves. */
  readonly stages: StageRecords;
  /** Its own, for calls. */
  readonly folder: string;
  /** When the trees were listed. */
  readonly at: Date;
}

/** What was read and counted. */
export interface Compared {
  readonly rules: CompareRules;
  readonly sides: CollectionSides;
  readonly tallies: Tallies;
  readonly events: ListedEvents;
  readonly tasks: LegacyTasks;
}

/** Calls from this time on may still be on their way; epoch milliseconds. */
export function pendingFrom({ at, settings }: Pick<CompareInput, 'at' | 'settings'>): number {
  return at.getTime() - settings.maxLagMs;
}
