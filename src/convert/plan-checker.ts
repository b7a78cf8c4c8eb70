import { MdcBridgeError, type Place } from '../errors.js';
import { MAPPING_VERSION } from '../event/collected-event.js';
import type { ColumnType } from '../mapping/column-types.js';
import { legalName } from '../mapping/names.js';
import { PackedList } from './packed-list.js';
import type { CollectionPlan, ColumnPlan, FilePlan, NameEntry, Plan, Split } from './plan-file.js';

const TYPES: readonly ColumnType[] = ['null', 'integer', 'number', 'boolean', 'string'];

/** Checks parts by their path in the file: `collections[0].columns[2].type`. */
export class PlanChecker {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  plan(value: unknown): Plan {
    const plan = this.object(value, 'the file') as unknown as Plan;
    this.that(plan.kind === 'mdc-bridge plan', 'kind', '"mdc-bridge plan"');
    if (Number(plan.version) > 1 || Number(plan.mapping) > MAPPING_VERSION) {
      throw new MdcBridgeError(
        'plan-file',
        `the plan is of a later version (${plan.version}, mapping ${plan.mapping})`,
        {
          place: this.#place,
          remedy: 'use the mdc-bridge that made it, or make the plan again',
        },
      );
    }
    this.that(plan.version === 1, 'version', '1');
    this.that(plan.mapping === MAPPING_VERSION, 'mapping', String(MAPPING_VERSION));
    const { url, container, prefix, id, include, exclude } = this.object(plan.source, 'source');
    this.that(
      [url, container, prefix, id].every((part) => typeof part === 'string'),
      'source',
      'url, container, prefix, id',
    );
    if (include !== undefined) this.texts(include, 'source.include');
    if (exclude !== undefined) this.texts(exclude, 'source.exclude');
    this.object(plan.settings, 'settings');
    for (const [i, entry] of this.list(plan.names, 'names').entries()) this.nameEntry(entry, `names[${i}]`);
    for (const [i, entry] of this.list(plan.collections, 'collections').entries()) {
      this.collection(entry, `collections[${i}]`);
    }
    if (!(plan.files instanceof PackedList)) this.list(plan.files, 'files');
    let index = 0;
    for (const entry of plan.files) {
      this.file(entry, `files[${index}]`, plan);
      index += 1;
    }
    this.list(plan.days, 'days');
    return plan;
  }

  that(holds: boolean, part: string, expected: string): void {
    if (holds) return;
    throw new MdcBridgeError('plan-file', `${part} of the plan must be ${expected}`, {
      place: this.#place,
      remedy: 'mend it, or make the plan again',
    });
  }

  private object(value: unknown, part: string): Record<string, unknown> {
    this.that(typeof value === 'object' && value !== null && !Array.isArray(value), part, 'an object');
    return value as Record<string, unknown>;
  }

  private list(value: unknown, part: string): unknown[] {
    this.that(Array.isArray(value), part, 'a list');
    return value as unknown[];
  }

  private texts(value: unknown, part: string): void {
    const items = this.list(value, part);
    this.that(
      items.every((item) => typeof item === 'string'),
      part,
      'a list of texts',
    );
  }

  private nameEntry(value: unknown, part: string): void {
    const entry = this.object(value, part) as unknown as NameEntry;
    for (const key of [
      'workspace',
      'service',
      'model',
      'version',
      'designation',
      'collectionName',
    ] as const) {
      this.that(typeof entry[key] === 'string', `${part}.${key}`, 'a text');
    }
    for (const key of ['endpoint', 'deployment', 'collection'] as const) {
      const separator = key === 'collection' ? '_' : '-';
      const name: unknown = entry[key];
      const legal = typeof name === 'string' && legalName(name, separator) === name;
      this.that(
        legal,
        `${part}.${key}`,
        `a legal name: 3-32 ASCII letters, digits and ${separator}, a letter first`,
      );
    }
  }

  private collection(value: unknown, part: string): void {
    const { columns, variants, unnamed } = this.object(value, part) as unknown as CollectionPlan;
    this.list(columns, `${part}.columns`).forEach((entry, i) => {
      const { name, type } = this.object(entry, `${part}.columns[${i}]`) as unknown as ColumnPlan;
      this.that(typeof name === 'string', `${part}.columns[${i}].name`, 'a text');
      this.that(TYPES.includes(type), `${part}.columns[${i}].type`, `one of ${TYPES.join(', ')}`);
    });
    this.list(unnamed, `${part}.unnamed`);
    for (const [width, names] of Object.entries(this.object(variants, `${part}.variants`))) {
      const where = `${part}.variants["${width}"]`;
      this.texts(names, where);
      const lower = (names as string[]).map((name) => name.toLowerCase());
      this.that(String(lower.length) === width, where, `as many names as the width, ${width}`);
      this.that(new Set(lower).size === lower.length, where, 'names that differ, also without case');
      this.that(
        !lower.includes('') && !lower.includes('correlationid'),
        where,
        'names other than "" and correlationid',
      );
    }
  }

  private file(value: unknown, part: string, plan: Plan): void {
    const file = this.object(value, part) as unknown as FilePlan;
    const { source, size, etag, name, collection, date, header, shapes, recurring, explode, splits } = file;
    const starts = file.followed?.starts;
    this.that(
      typeof source === 'string' && source.startsWith(plan.source.prefix),
      `${part}.source`,
      'a name below the prefix',
    );
    this.that(Number.isSafeInteger(size) && size >= 0, `${part}.size`, 'a number of bytes');
    this.that(typeof etag === 'string', `${part}.etag`, 'a text');
    this.that(plan.names[name] !== undefined, `${part}.name`, 'an index into names');
    this.that(plan.collections[collection] !== undefined, `${part}.collection`, 'an index into collections');
    this.that(/^\d{4}-\d{2}-\d{2}$/.test(String(date)), `${part}.date`, 'a date such as 2018-12-30');
    this.that(
      header?.verdict === 'present' || header?.verdict === 'absent',
      `${part}.header.verdict`,
      'present or absent',
    );
    this.list(shapes, `${part}.shapes`).forEach((shape, i) => {
      const { width, columns } = this.object(
        shape,
        `${part}.shapes[${i}]`,
      ) as unknown as FilePlan['shapes'][number];
      this.texts(columns, `${part}.shapes[${i}].columns`);
      this.that(
        columns.length === width,
        `${part}.shapes[${i}].columns`,
        `as many names as the width, ${width}`,
      );
    });
    this.that(
      shapes.length > 0 || !needsShapes(file, plan),
      `${part}.shapes`,
      'the columns of each kind of row that is not rejected',
    );
    this.texts(recurring, `${part}.recurring`);
    this.that(
      explode === undefined || (Number.isSafeInteger(explode) && explode > 0),
      `${part}.explode`,
      'a number of columns',
    );
    if (splits !== undefined) this.splits(splits, size, `${part}.splits`);
    // The last part may have nothing yet.
    if (starts !== undefined) this.splits(starts, size + 1, `${part}.followed.starts`);
    for (const input of file.pair?.inputs ?? []) {
      this.that(isIndex(input, plan.files.length), `${part}.pair.inputs`, 'indexes into files');
    }
  }

  private splits(value: unknown, size: number, part: string): void {
    let before = 0;
    for (const [i, entry] of this.list(value, part).entries()) {
      const { offset, ordinal } = this.object(entry, `${part}[${i}]`) as unknown as Split;
      const counts = Number.isSafeInteger(offset) && Number.isSafeInteger(ordinal) && ordinal > 0;
      this.that(
        counts && offset > before && offset < size,
        `${part}[${i}]`,
        'a place behind the one before it',
      );
      before = offset;
    }
  }
}

/** Some row of the file would be converted, and no variant names its columns. */
function needsShapes({ counts, collection }: FilePlan, { collections }: Plan): boolean {
  const rejected = Object.values(counts?.rejected ?? {}).reduce((sum, rows) => sum + rows, 0);
  const variants = collections[collection]?.variants ?? {};
  return (counts?.rows ?? 0) > rejected && Object.keys(variants).length === 0;
}

function isIndex(value: unknown, length: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < length;
}
