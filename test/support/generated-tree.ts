import type { Lock, ReadRange, StagedObject, Storage, StoredObject } from '../../src/storage/storage.js';

/** How much a generated tree has: inputs of every hour and predictions of every day, of each service. */
export interface TreeSize {
  readonly services: number;
  readonly days: number;
}

/** 37 services for three years and ten days: 1,022,125 blobs. */
export const MILLION: TreeSize = { services: 37, days: 1105 };

const HOURS = 24;
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2022, 0, 1);
const EIGHT =
  '$aml_dc_correlation_id,$aml_dc_scoring_timestamp,$aml_dc_boundary,$aml_workspace,$aml_service_name,' +
  '$aml_model_name,$aml_model_version,$aml_request_id';

/**
 * A legacy tree that is nowhere: names and contents follow from each other. Every file has one to three rows; each day's
 * predictions have the calls of its first inputs. Run by Node as it is written, so it imports nothing but types.
 */
export class GeneratedTree implements Storage {
  readonly url = 'memory:///generated';
  readonly container = 'modeldata';
  readonly #size: TreeSize;
  /** How many were listed, and read. */
  listed = 0;
  reads = 0;

  constructor(size: TreeSize) {
    this.#size = size;
  }

  get length(): number {
    return this.#size.services * this.#size.days * (HOURS + 1);
  }

  async *list(): AsyncGenerator<StoredObject, void, void> {
    for (let service = 0; service < this.#size.services; service += 1) {
      for (let day = 0; day < this.#size.days; day += 1) {
        for (let hour = 0; hour < HOURS; hour += 1) yield this.#object(service, day, hour);
      }
      for (let day = 0; day < this.#size.days; day += 1) yield this.#object(service, day, undefined);
    }
  }

  #object(service: number, day: number, hour: number | undefined): StoredObject {
    this.listed += 1;
    const size = contentOf(service, day, hour).length;
    return { name: nameOf(service, day, hour), size, etag: `0x${hashOf(service, day, hour ?? HOURS)}` };
  }

  async stat(name: string): Promise<StoredObject | undefined> {
    const { service, day, hour } = parse(name);
    return this.#object(service, day, hour);
  }

  async *read(name: string, { start, end }: ReadRange = {}): AsyncGenerator<Uint8Array, void, void> {
    this.reads += 1;
    const { service, day, hour } = parse(name);
    yield Buffer.from(contentOf(service, day, hour), 'latin1').subarray(start ?? 0, end);
  }

  stage(): Promise<StagedObject> {
    return readOnly();
  }

  publishParts(): Promise<void> {
    return readOnly();
  }

  discardParts(): Promise<void> {
    return readOnly();
  }

  append(): Promise<void> {
    return readOnly();
  }

  remove(): Promise<void> {
    return readOnly();
  }

  sweep(): Promise<void> {
    return readOnly();
  }

  lock(): Promise<Lock> {
    return readOnly();
  }

  async lockedBy(): Promise<undefined> {
    return undefined;
  }
}

function readOnly(): Promise<never> {
  return Promise.reject(new Error('a source is never written to'));
}

function serviceName(service: number): string {
  return `svc-${String(service).padStart(2, '0')}`;
}

function nameOf(service: number, day: number, hour: number | undefined): string {
  const date = new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '/');
  const before = `sub-1/rg-1/ws-1/${serviceName(service)}/model/1`;
  if (hour === undefined) return `${before}/predictions/${date}/predictions.csv`;
  return `${before}/inputs/${date}/${String(hour).padStart(2, '0')}/inputs.csv`;
}

function parse(name: string): { service: number; day: number; hour: number | undefined } {
  const match = /svc-(\d+)\/model\/1\/(?:inputs|predictions)\/(\d+)\/(\d+)\/(\d+)\/(?:(\d+)\/)?/.exec(name);
  if (match === null) throw new Error(`no name of a generated tree: ${name}`);
  const [, service, year, month, date, hour] = match;
  const day = (Date.UTC(Number(year), Number(month) - 1, Number(date)) - FIRST_DAY) / DAY_MS;
  return { service: Number(service), day, hour: hour === undefined ? undefined : Number(hour) };
}

/** Eight hex digits that look like chance. */
function hashOf(service: number, day: number, salt: number): string {
  let hash =
    Math.imul(service + 1, 0x9e3779b1) ^ Math.imul(day + 1, 0x85ebca6b) ^ Math.imul(salt + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0).toString(16).padStart(8, '0');
}

function contentOf(service: number, day: number, hour: number | undefined): string {
  const rows = 1 + (Number.parseInt(hashOf(service, day, hour ?? HOURS), 16) % 3);
  let text = hour === undefined ? `score,${EIGHT}\r\n` : `age,bmi,region,note,${EIGHT}\r\n`;
  for (let row = 0; row < rows; row += 1) {
    const of = hour ?? 0;
    const random = hashOf(service, day, of * 8 + row);
    const time = new Date(FIRST_DAY + day * DAY_MS + of * 3_600_000 + row * 60_000)
      .toISOString()
      .slice(0, 19);
    const values =
      hour === undefined
        ? `0.${Number.parseInt(random.slice(0, 5), 16)}`
        : `${Number.parseInt(random.slice(0, 2), 16)},${Number.parseInt(random.slice(2, 5), 16)}.5,r${random[5]},`;
    text +=
      `${values},${random}-1f2e-4d3c-8b5a-${hashOf(row, of, day)}6a6c,${time}.${random.slice(0, 1).charCodeAt(0)}0000,60,` +
      `sub-1/rg-1/ws-1,${serviceName(service)},model,1,${random}-0000-4000-8000-${random}0000\r\n`;
  }
  return text;
}
