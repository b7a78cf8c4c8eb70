import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CollectorOptions } from '../../src/collect/collector-options.js';
import type { EventSideOptions } from '../../src/collect/dual/event-side-options.js';
import { convertTree } from '../../src/convert/run.js';
import { planMigration } from '../../src/index.js';
import type { Cell } from '../../src/legacy/python-repr.js';
import type { MappingOptions } from '../../src/mapping/settings.js';
import { anyText } from '../support/any-text.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectorIn, countedIds, filesIn } from './collectors.js';

/** Of some requests: rows of inputs, and of what answers them, in two versions of the model. */
interface Service {
  readonly names: readonly string[];
  readonly requests: readonly Request[];
}

interface Request {
  readonly version: '1' | '2';
  readonly user: string;
  readonly rows: readonly (readonly Cell[])[];
}

async function serve(
  { names, requests }: Service,
  storage: string,
  options: CollectorOptions,
): Promise<void> {
  const ids = countedIds();
  const newId = (): string => `${ids().slice(3).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const versions = [...new Set(requests.map(({ version }) => version))];
  const inputs = new Map(
    versions.map((version) => {
      const its = { ...options, modelVersion: version, newId };
      return [version, collectorIn(storage, 'inputs', names, its)] as const;
    }),
  );
  const labels = collectorIn(storage, 'labels', names, { ...options, modelVersion: versions[0] ?? '' });
  for (const { version, user, rows } of requests) {
    labels.collect(labels.addCorrelations(rows, inputs.get(version)?.collect(rows, user)));
  }
  await Promise.all([...inputs.values(), labels].map((one) => one.close()));
}

function eventsOf(root: string): string[] {
  return Object.entries(filesIn(root))
    .filter(([name]) => name.endsWith('.jsonl') && !name.startsWith('_'))
    .flatMap(([name, text]) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => `${name.split('/').slice(0, 3).join('/')} ${line}`),
    )
    .sort();
}

/** Events as the collectors write them by the plan of a history that is the same, and as a conversion by that plan makes them. */
async function bothWays(
  service: Service,
  mapping: MappingOptions,
  v2: Partial<EventSideOptions> = {},
): Promise<[live: string[], converted: string[]]> {
  const folder = await temporaryFolder();
  const [history, legacy, live, other] = ['history', 'legacy', 'live', 'converted'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  await serve(service, history, { stage: 'legacy' });
  const plan = join(folder, 'plan.json');
  writeFileSync(plan, JSON.stringify(await planMigration(history, { ...mapping, workers: 0 })));
  await serve(service, legacy, { stage: 'dual', v2: { storage: live, types: { plan }, ...v2 } });
  await convertTree(legacy, other, { ...mapping, workers: 0 });
  return [eventsOf(live), eventsOf(other)];
}

const ONE: Request = { version: '1', user: '', rows: [[1, 'x', '', 0.5, 'y']] };

describe('events of a collector in stage dual', () => {
  it('have the columns’ names that a conversion gives them', async () => {
    const service = { names: ['a', 'a', '', 'correlationid', 'A'], requests: [ONE] };
    const [live, converted] = await bothWays(service, {});
    expect(live).toEqual(converted);
    const data = '"data":[{"a":1,"a_1":"x","column_2":null,"correlationid_1":0.5,"a_2":"y"}]';
    expect(live.every((line) => line.includes(data))).toBe(true);
  });

  it('have a column’s type by the name that it has in events', async () => {
    const storage = join(await temporaryFolder(), 'v2');
    const collector = collectorIn(join(storage, '../modeldata'), 'inputs', ['a', 'a'], {
      stage: 'dual',
      v2: { storage, types: { a: 'number', a_1: 'string' } },
    });
    collector.collect([1, 2]);
    await collector.close();
    expect(eventsOf(storage).join()).toContain('[{"a":1,"a_1":"2"}]');
  });

  it('have values where the history has none: their type is the value’s', async () => {
    const storage = join(await temporaryFolder(), 'v2');
    const collector = collectorIn(join(storage, '../modeldata'), 'inputs', ['a'], {
      stage: 'dual',
      v2: { storage, types: { a: 'null' } },
    });
    collector.collect([1.5]);
    await collector.close();
    expect(eventsOf(storage).join()).toContain('[{"a":1.5}]');
  });

  it('spell a column as its history does', async () => {
    const storage = join(await temporaryFolder(), 'v2');
    const collector = collectorIn(join(storage, '../modeldata'), 'inputs', ['BMI'], {
      stage: 'dual',
      v2: { storage, types: { Bmi: 'string' } },
    });
    collector.collect([1]);
    await collector.close();
    expect(eventsOf(storage).join()).toContain('[{"Bmi":"1"}]');
  });

  it.each(['user', 'correlation'] as const)(
    'have the row id and the empty texts of the plan (by %s)',
    async (by) => {
      const requests: Request[] = [
        { ...ONE, user: '12' },
        { ...ONE, version: '2' },
        { ...ONE, user: 'nan', rows: [...ONE.rows, ...ONE.rows] },
      ];
      const service = { names: ['a', 'b', 'c', 'd', 'e'], requests };
      const [live, converted] = await bothWays(service, { rowId: { by, name: 'row' }, empty: 'string' });
      expect(live).toEqual(converted);
      expect(live.join()).toContain(by === 'user' ? '"row":"nan_1"' : '4000-8000-000000000000_0"');
    },
  );

  it('have the row id that they are asked for, rather than the plan’s', async () => {
    const service = { names: ['a', 'b', 'c', 'd', 'e'], requests: [ONE] };
    const [live] = await bothWays(
      service,
      { rowId: { by: 'user', name: 'row' } },
      {
        rowId: { by: 'correlation', name: 'mine' },
      },
    );
    expect(live.every((line) => line.includes('"mine":"00000001-0000-4000-8000-000000000000_0"'))).toBe(true);
  });

  it('are refused where the data has a column called as the row id', async () => {
    const storage = join(await temporaryFolder(), 'v2');
    const collector = collectorIn(join(storage, '../modeldata'), 'inputs', ['a', 'Row'], {
      stage: 'v2',
      v2: { storage, rowId: { by: 'user', name: 'Row' } },
    });
    expect(() => collector.collect([1, 2])).toThrow(/has a column "Row" already/);
    await collector.close();
  });

  it('are those of a conversion, byte for byte, whatever the columns are called and hold', async () => {
    const name = fc.oneof(
      fc.constantFrom('a', 'A', 'b', '', 'correlationid', 'CorrelationId', 'a_1', 'column_1', '0'),
      anyText(6),
    );
    const cell: fc.Arbitrary<Cell> = fc.oneof(
      fc.constantFrom('', 'nan', '5601', '05', 'True', 'é"\n', null, Number.NaN),
      fc.integer(),
      fc.double({ noDefaultInfinity: true }),
      fc.boolean(),
    );
    const service = fc.integer({ min: 1, max: 5 }).chain((width) =>
      fc.record({
        names: fc.array(name, { minLength: width, maxLength: width }),
        requests: fc.array(
          fc.record({
            version: fc.constantFrom('1', '2'),
            user: fc.constantFrom('', '17', 'nan', 'user,"1"', 'a.b'),
            rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
              minLength: 1,
              maxLength: 3,
            }),
          }),
          { minLength: 1, maxLength: 4 },
        ),
      }),
    ) as fc.Arbitrary<Service>;
    const mapping = fc.record(
      {
        empty: fc.constantFrom('null', 'string'),
        rowId: fc.constantFrom({ by: 'user', name: 'row id' }, { by: 'correlation', name: 'row id' }),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<MappingOptions>;
    await fc.assert(
      fc.asyncProperty(service, mapping, async (calls, options) => {
        const [live, converted] = await bothWays(calls, options);
        expect(live).toEqual(converted);
      }),
      { numRuns: 40 },
    );
  });
});
