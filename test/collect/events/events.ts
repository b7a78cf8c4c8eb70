import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Collector } from '../../../src/collect/collector.js';
import type { EventCollectorOptions } from '../../../src/collect/events/event-options.js';

/** 2026-11-22T10:20:30Z */
export const NOW: number = Date.UTC(2026, 10, 22, 10, 20, 30);
export const INSTANCE: string = `${'0123456789abcdef'.repeat(2)}000000`;
export const FILE: string = `ep/blue/model_inputs/2026/11/22/10/${INSTANCE}.jsonl`;

/** One that writes to a folder, for the endpoint `ep`, deployment `blue`; it knows no environment and hears no signals. */
export function collectorIn(
  storage: string,
  options: EventCollectorOptions = {},
  name = 'model_inputs',
): Collector {
  return new Collector(name, { ...inStorage(storage), ...options });
}

type InStorage = 'storage' | 'endpoint' | 'deployment' | 'workspace' | 'instance' | 'environment';
type Injected = 'handleSignals' | 'clock' | 'newId';

export function inStorage(storage: string): Required<Pick<EventCollectorOptions, InStorage | Injected>> {
  return {
    storage,
    endpoint: 'ep',
    deployment: 'blue',
    workspace: 'sub/rg/ws',
    instance: INSTANCE,
    environment: {},
    handleSignals: false,
    clock: () => NOW,
    newId: countedIds(),
  };
}

export function countedIds(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `id-${count}`;
  };
}

/** An event as any JSON reader has it. */
export type ReadEvent = Readonly<Record<string, unknown>> & { readonly data: Record<string, unknown>[] };

/** All events below a folder, file by file, and the files' names. What begins with `_` is none, as to the monitors. */
export function eventsIn(root: string): { readonly files: string[]; readonly events: ReadEvent[] } {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((name) => !name.startsWith('_'))
    .sort();
  const lines = files.flatMap((file) => readFileSync(join(root, file), 'utf8').split('\n').slice(0, -1));
  return { files, events: lines.map((line) => JSON.parse(line) as ReadEvent) };
}
