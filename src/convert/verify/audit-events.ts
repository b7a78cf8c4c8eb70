import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { formatDatarefPath, formatEventPath } from '../../event/event-path.js';
import type { Storage } from '../../storage/storage.js';
import {
  checkEvent,
  type EventFault,
  type EventRules,
  type ExactParts,
  exactParts,
  findExactRows,
} from './check-event.js';
import type { EventPlace } from './duplicate-ids.js';
import {
  type EventLine,
  type EventRows,
  locateParts,
  parseRowsFile,
  type ReadEvent,
  readEvent,
  readRows,
} from './event-line.js';
import type { ExpectedEvent } from './expected-event.js';
import type { HourFile } from './hour-file.js';
import { readRange } from './read-range.js';
import type { VerifiedOutput } from './report.js';
import { partAt, type VerifyTask } from './verify-task.js';

/** An event of the v2 tree that the source asks for. */
export interface FoundEvent {
  readonly object: string;
  readonly line: number;
  /** Absent: it can't be read, for this reason. */
  readonly rows: EventRows | undefined;
  readonly unreadable: string | undefined;
  readonly faults: readonly EventFault[];
}

/** Registers the names of an event that must be unique over the tree. */
export type RegisterNames = (event: ReadEvent, place: Omit<EventPlace, 'file'>) => void;

/** Reads the events that a source asks for, and checks all of them but their rows. */
export class AuditEvents {
  /** Files that datarefs point to. */
  readonly datarefs: VerifiedOutput[] = [];
  readonly #task: VerifyTask;
  readonly #destination: Storage;
  readonly #register: RegisterNames;
  readonly #rules: EventRules;
  readonly #exact: ExactParts;
  /** Instance and hour → the name of their file. */
  readonly #objects = new Map<string, string>();
  readonly #outputIndex: ReadonlyMap<string, number>;

  constructor(task: VerifyTask, destination: Storage, register: RegisterNames) {
    this.#task = task;
    this.#destination = destination;
    this.#register = register;
    this.#rules = {
      source: task.eventSource,
      collection: task.path.collection,
      datarefOver: task.settings.datarefOver,
      datarefOf: (event) => `${task.datarefBase}/${this.#datarefName(event)}`,
    };
    this.#exact = exactParts(this.#rules);
    this.#outputIndex = new Map(task.outputs.map(({ name }, i) => [name, i]));
  }

  /** The name of the file in which the event must stand. */
  objectOf({ hour, offset }: ExpectedEvent): string {
    const { instance } = partAt(this.#task, offset);
    const key = `${instance} ${hour}`;
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    const name = formatEventPath({ ...this.#task.path, hour, instance });
    this.#objects.set(key, name);
    return name;
  }

  /** What the source asked for and was claimed. An event that is exactly what it must be needs no other file: no promise. */
  read(expected: ExpectedEvent, file: HourFile, claimed: EventLine): FoundEvent | Promise<FoundEvent> {
    file.claim(claimed);
    const { line } = claimed;
    const place = { object: file.object.name, line: line.number };
    const event = readEvent(line);
    if (typeof event === 'string') return { ...place, rows: undefined, unreadable: event, faults: [] };
    const exact = findExactRows(event, expected, this.#rules, this.#exact);
    const rows = exact === undefined ? undefined : readRows(event.values['data'], line.text, exact);
    if (typeof rows !== 'object') {
      return this.#examine(event, expected, file).then((found) => ({ ...place, ...found }));
    }
    this.register(event, file, false);
    return { ...place, rows, unreadable: undefined, faults: [] };
  }

  /** An event that is not what it must be, or has its rows elsewhere. */
  async #examine(
    read: ReadEvent,
    expected: ExpectedEvent,
    file: HourFile,
  ): Promise<Omit<FoundEvent, 'object' | 'line'>> {
    const event = locateParts(read);
    if (typeof event === 'string') return { rows: undefined, unreadable: event, faults: [] };
    const rows = event.rows ?? (await this.#readDataref(expected));
    if (typeof rows === 'string') return { rows: undefined, unreadable: rows, faults: [] };
    const faults = checkEvent(event, rows, expected, this.#rules);
    const isNamedWrong = faults.some(({ differences }) =>
      differences.some(({ column }) => column === 'id' || column === 'correlationid'),
    );
    this.register(event, file, isNamedWrong);
    return { rows, unreadable: undefined, faults };
  }

  register(event: ReadEvent, file: HourFile, isReported: boolean): void {
    const { number, offset, bytes } = event.line;
    const output = this.#outputIndex.get(file.object.name) ?? 0;
    this.#register(event, { output, line: number, offset, bytes, isReported });
  }

  async #readDataref(expected: ExpectedEvent): Promise<EventRows | string> {
    const name = this.#datarefName(expected);
    const object = await this.#destination.stat(name);
    if (object === undefined) return `its rows are missing: there is no ${name}`;
    const bytes = await readRange(this.#destination, name, 0, object.size);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.datarefs.push({ name, size: bytes.length, sha256 });
    if (!isUtf8(bytes)) return `its rows are not valid UTF-8 in ${name}`;
    const rows = parseRowsFile(bytes.toString('utf8'));
    return typeof rows === 'string' ? `its rows can't be read in ${name}: ${rows}` : rows;
  }

  #datarefName({ hour, id }: ExpectedEvent): string {
    return formatDatarefPath({ ...this.#task.path, hour }, id);
  }
}
