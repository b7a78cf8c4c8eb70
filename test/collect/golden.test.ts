import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelDataCollector } from '../../src/collect/model-data-collector.js';
import type { CollectedData } from '../../src/collect/tabular-data.js';
import type { CorrelationFields } from '../../src/legacy/correlation.js';
import { asJavaScript, type RecordedCall, type RecordedCollector, recordedBlobs } from './golden-calls.js';

const REAL = 'fixtures/legacy/variants/modeldata';
/** A column index of two levels, for which the SDK also wrote the eight names as tuples: JavaScript has no such thing. */
const NOT_EXPRESSIBLE = [/\/df_multi\//];

/** Of the real blobs: which ids and times the SDK drew, in the order of its rows. */
interface Drawn {
  readonly id: string;
  readonly time: number;
}

let folder = '';
let own: Map<string, string>;
const real = filesBelow(REAL, isExplained);

describe('the blobs that the real SDK wrote for the recorded calls', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mdc-golden-'));
    await replay(folder);
    own = filesBelow(folder, () => true);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('are 49, and those of this collector are 48 of them', () => {
    const names = [...real.keys()].filter((name) => !name.endsWith('aml_telemetry.csv'));
    expect(names).toHaveLength(49);
    const ours = names.filter((name) => own.has(name));
    expect(ours).toHaveLength(48);
  });

  test.each([...real.keys()].filter(isExpressible))('%s: the same bytes', (name) => {
    expect(own.get(name)).toBe(real.get(name));
  });

  test('and no other is written', () => {
    expect([...own.keys()].filter((name) => !real.has(name))).toEqual([]);
  });
});

/** Every call again, with the ids and times that the real rows have. */
async function replay(storage: string): Promise<void> {
  const fields = new Map<string, CorrelationFields[]>();
  const recorded = recordedBlobs().flatMap(({ blob, collectors }) =>
    collectors.map((one) => ({ blob: blob.replace(/^modeldata\//, ''), one })),
  );
  // Correlated rows stand in the order in which their collectors sent them.
  const order = (blob: string, { calls: [call] }: RecordedCollector): number => {
    if (call?.with_correlations_of === undefined) return -1;
    const id = String(fieldsOf(fields, call)?.$aml_dc_correlation_id);
    const file = [...real].find(
      ([name, text]) => name.split('/')[6] === blob.split('/')[6] && text.includes(id),
    );
    return file?.[1].indexOf(id) ?? 0;
  };
  const isFirst = ({ one }: { one: RecordedCollector }): boolean =>
    one.calls.every((call) => call.with_correlations_of === undefined);
  for (const { blob, one } of recorded.filter(isFirst)) await collectAll(storage, blob, one, fields);
  const routed = recorded.filter((entry) => !isFirst(entry));
  routed.sort((a, b) => order(a.blob, a.one) - order(b.blob, b.one));
  for (const { blob, one } of routed) await collectAll(storage, blob, one, fields);
}

async function collectAll(
  storage: string,
  blob: string,
  { collector, calls }: RecordedCollector,
  fields: Map<string, CorrelationFields[]>,
): Promise<void> {
  if (!isExpressible(blob) || !real.has(blob)) return;
  const drawn = drawnIn(real.get(blob) ?? '');
  let next = 0;
  // Such a model's recorded call was made twice.
  const made = /\/(defmodel2?|Mixed Case model)\//.test(blob) ? [...calls, ...calls] : calls;
  const dc = new ModelDataCollector(
    collector.model_name,
    collector.designation,
    collector.feature_names ?? undefined,
    {
      workspace: collector.workspace,
      webserviceName: collector.webservice_name,
      modelVersion: collector.model_version,
      collectionName: collector.collection_name,
      enabled: true,
      storage,
      fileNames: 'sdk',
      rowStyle: 'dataframe',
      nested: blob.includes('/np') ? 'rows' : 'sdk',
      emptyFiles: true,
      telemetry: true,
      handleSignals: false,
      environment: {},
      // In the one list with a whole float.
      floatColumns: blob.includes('/list_named/') ? ['c19'] : [],
      clock: () => drawn[Math.min(next, drawn.length - 1)]?.time ?? Date.UTC(2026, 10, 22),
      newId: () => drawn[next++]?.id ?? '',
    },
  );
  for (const call of made) {
    const data = asJavaScript(call) as CollectedData;
    const refused = call.other !== undefined || [0, 3].includes(call.ndarray?.shape.length ?? 1);
    if (refused) {
      expect(() => dc.collect(data)).toThrow(/can't collect this/);
      continue;
    }
    const given = fieldsOf(fields, call);
    const made = dc.collect(dc.addCorrelations(data, given), call.user_correlation_id);
    if (made !== undefined && given === undefined) {
      fields.set(collector.model_name, [...(fields.get(collector.model_name) ?? []), made]);
    }
  }
  await dc.close();
}

function fieldsOf(
  fields: ReadonlyMap<string, CorrelationFields[]>,
  { with_correlations_of: of }: RecordedCall,
): CorrelationFields | undefined {
  return of === undefined ? undefined : fields.get(of.model)?.[of.i];
}

/** One for each call: rows of a call share theirs. */
function drawnIn(text: string): Drawn[] {
  const pattern = /([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"?,(\d{4}-\d\d-\d\dT[\d:.]+),1440,/g;
  const calls = new Map<string, Drawn>();
  for (const [, id = '', timestamp = ''] of text.matchAll(pattern)) {
    const [seconds = '', fraction = '0'] = timestamp.split('.');
    const micros = Number(fraction.padEnd(6, '0'));
    calls.set(id, { id, time: Date.parse(`${seconds}Z`) + (micros + 0.5) / 1000 });
  }
  return [...calls.values()];
}

function isExpressible(name: string): boolean {
  return NOT_EXPRESSIBLE.every((pattern) => !pattern.test(name));
}

/** Those that calls.json explains. */
function isExplained(name: string): boolean {
  return /^(sub-aa\/rg-bb\/ws-cc\/Svc_Types|default\/default\/default|only-name)\//.test(name);
}

function filesBelow(root: string, wanted: (name: string) => boolean): Map<string, string> {
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  return new Map(
    names
      .filter(wanted)
      .sort()
      .map((name) => [name, readFileSync(join(root, name), 'utf8')]),
  );
}
