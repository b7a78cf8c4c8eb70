import { beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/convert/plan-file.js';
import { parsePlan } from '../../src/convert/plan-file-reader.js';
import type { ConvertReport, SourceResult } from '../../src/convert/report.js';
import { convertTree } from '../../src/convert/run.js';
import { formatCollectionPath } from '../../src/event/event-path.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { balance, Converted, journalledResults } from '../support/converted.js';
import {
  CONTAINER_NAMES,
  type ContainerName,
  legacyFolder,
  type Outcome,
  readOutcomes,
} from '../support/golden.js';

interface Run {
  readonly plan: Plan;
  readonly report: ConvertReport;
  readonly results: ReadonlyMap<string, SourceResult>;
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

async function run(name: ContainerName): Promise<Run> {
  const destination = new MemoryStorage('v2');
  const plans: Plan[] = [];
  const report = await convertTree(legacyFolder(name), destination, {
    workers: 0,
    onPlan: (plan) => void plans.push(plan),
  });
  const results = await journalledResults(destination, report.sourceId);
  return { plan: plans[0]!, report, results, outcomes: await readOutcomes(name) };
}

for (const name of CONTAINER_NAMES) {
  describe(`every source of ${name} comes out as the outcomes say`, () => {
    let golden: Run;
    beforeAll(async () => {
      golden = await run(name);
    });

    it('and there is no other', () => {
      const { plan, results, outcomes } = golden;
      expect([...plan.files].map(({ source }) => source).sort()).toEqual([...outcomes.keys()].sort());
      expect([...results.keys()].sort()).toEqual([...outcomes.keys()].sort());
    });

    it('in its counts of lines, rows, events, rejects by reason, headers, blanks and added rows', () => {
      for (const [source, outcome] of golden.outcomes) {
        const { lines, rows, events, rejected, headers, blanks, exploded } = golden.results.get(source)!;
        expect({ source, lines, rows, events, rejected, headers, blanks, exploded }).toEqual({
          source,
          lines: outcome.lines,
          rows: outcome.rows,
          events: outcome.events,
          rejected: outcome.rejected,
          headers: outcome.headers,
          blanks: outcome.blank,
          exploded: outcome.addedByExplosion,
        });
      }
    });

    it('in the plan: header, collection, and what will be rejected', () => {
      for (const file of golden.plan.files) {
        const outcome = golden.outcomes.get(file.source)!;
        const collection = formatCollectionPath(golden.plan.collections[file.collection]!);
        expect([file.source, file.header.verdict, collection]).toEqual([
          file.source,
          outcome.header,
          outcome.collection,
        ]);
        expect([file.source, file.counts.rejected]).toEqual([file.source, outcome.rejected]);
      }
    });

    it('with nothing lost: the balance holds for each', () => {
      for (const result of golden.results.values()) {
        const [into, out] = balance(result);
        expect([result.source, into]).toEqual([result.source, out]);
      }
    });

    it('in sum: the report’s totals are those of its sources', () => {
      const { report, results, outcomes } = golden;
      const sum = (key: 'lines' | 'rows' | 'events'): number =>
        [...outcomes.values()].reduce((total, outcome) => total + outcome[key], 0);
      expect(report.totals).toMatchObject({
        files: outcomes.size,
        lines: sum('lines'),
        rows: sum('rows'),
        events: sum('events'),
        outOfRange: 0,
        late: 0,
      });
      expect(balance(report.totals)[0]).toBe(balance(report.totals)[1]);
      expect(report).toMatchObject({
        converted: results.size,
        unchanged: 0,
        changed: [],
        failed: [],
        foreign: 0,
      });
    });
  });
}

describe('widths that the golden variants reject', () => {
  const NAMES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
    'hdrsvc/hdrmodel-1/model_inputs': { 3: ['x', 'y', 'z'] },
    'Svc-Types/list-named-1/model_inputs': { 0: [], 2: ['one', 'two'], 3: ['c0', 'c1', 'c2'] },
    'Svc-Types/nocorr-1/labels': { 2: ['p', 'q'] },
    'Svc-Types/nocorr-1/model_outputs': { 2: ['p', 'q'] },
    'Svc-Types/nocorr-1/signals_mycoll': { 2: ['p', 'q'] },
    'Svc-Types/nocorr-1/general_mycoll': { 1: ['z'] },
  };
  let tree: Converted;

  beforeAll(async () => {
    const { plan } = await run('variants-modeldata');
    const edited = JSON.parse(JSON.stringify(plan)) as Plan;
    const unnamed = edited.collections.filter((collection) => collection.unnamed.length > 0);
    expect(unnamed.map(formatCollectionPath).sort()).toEqual(Object.keys(NAMES).sort());
    for (const collection of unnamed) {
      Object.assign(collection, { variants: NAMES[formatCollectionPath(collection)]! });
      expect(Object.keys(collection.variants)).toEqual(
        collection.unnamed.map(({ width }) => String(width)).sort(),
      );
    }
    const destination = new MemoryStorage('v2');
    const options = { plan: parsePlan(JSON.stringify(edited)), workers: 0 };
    const report = await convertTree(legacyFolder('variants-modeldata'), destination, options);
    tree = new Converted(new MemoryStorage(), destination, report);
  });

  it('all convert with a plan whose variants name their columns', async () => {
    const outcomes = [...(await readOutcomes('variants-modeldata')).values()];
    const rows = outcomes.reduce((sum, outcome) => sum + outcome.rows + (outcome.rejected['width'] ?? 0), 0);
    expect(tree.report.totals).toMatchObject({ rejected: {}, rows });
    expect(await tree.rejects()).toEqual([]);
  });

  it('have the values of their rows under those names, beside the rows of their header', async () => {
    expect(await tree.dataTexts('hdrsvc/hdrmodel-1/')).toEqual([
      '[{"a":"A","b":"A"}]',
      '[{"x":"B","y":"B","z":"B"}]',
      '[{"a":"1.5","b":"z"}]',
    ]);
    const mixed =
      '{"p":1,"q":"r"},{"p":1.5,"q":"2.0"},{"p":3.0,"q":"4.0"},{"p":7,"q":"8"},{"p":0.1,"q":"a"},{"p":0.2,"q":"b,c"}';
    for (const collection of ['labels', 'model_outputs', 'signals_mycoll']) {
      expect(await tree.dataTexts(`nocorr-1/${collection}`)).toEqual([`[${mixed},{"z":1}]`]);
    }
    expect(await tree.dataTexts('nocorr-1/general_mycoll')).toEqual([`[${mixed},{"z":1},${mixed},{"z":1}]`]);
  });

  it('may be a row of nothing', async () => {
    const texts = await tree.dataTexts('list-named-1/');
    expect(texts.slice(1)).toEqual([
      '[{"c0":"plain","c1":"a,b","c2":"q\\"uote"}]',
      '[{}]',
      '[{"one":"1","two":"[2, 3]"}]',
      '[{"one":"[1, 2]","two":"[3, 4]"}]',
    ]);
  });
});
