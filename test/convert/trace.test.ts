import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { containsBytes } from '../../src/convert/trace/contains-bytes.js';
import { type CallTrace, traceCall } from '../../src/convert/trace.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { correlated, header, MODEL, makePair, removePair, type TreePair } from './verify/good-tree.js';

const TIME = '2024-02-29T10:00:00.5';
const A = 'a0000000-0000-4000-8000-00000000000a';
const B = 'cust,"7" é-b0000000-0000-4000-8000-00000000000b';
const BIG = 'big.4';
const quoted = (id: string): string => `"${id.replaceAll('"', '""')}"`;

let pair: TreePair;
beforeAll(async () => {
  const big = Array.from({ length: 1002 }, (_, i) => correlated(`${i},z`, BIG, TIME)).join('');
  pair = await makePair({
    'inputs/2024/02/29/inputs.csv':
      header('n,s') +
      correlated('1,x', A, TIME) +
      correlated('2,"two, ""2"""', A, TIME) +
      correlated('3,z', quoted(B), TIME) +
      correlated('9,"z",too wide', 'spoilt', TIME) +
      correlated('9,z', 'spoilt', TIME) +
      big,
    'predictions/2024/02/29/predictions.csv':
      header('p') +
      correlated('0.10', A, TIME) +
      correlated('0.20', A, TIME) +
      correlated('0.30', quoted(B), TIME),
    'signals/2024/02/29/web.csv': 'u\r\n5\r\n6\r\n',
  });
});
afterAll(async () => removePair(pair));

const trace = (id: string): Promise<CallTrace> => traceCall(id, pair.source, pair.destination);

/** Collection, number of rows, number of events. */
const summary = ({ collections }: CallTrace): string[] =>
  collections.map(({ collection, rows, events }) => `${collection} ${rows.length} ${events.length}`);

describe('A call is found by', () => {
  test('its correlation id, in every collection, with its rows by name and its events as they are written', async () => {
    const found = await trace(A);
    expect(found.calls).toEqual([A]);
    expect(summary(found)).toEqual(['model_inputs 2 1', 'model_outputs 2 1']);
    const [inputs, outputs] = found.collections;
    expect(inputs?.rows[1]).toMatchObject({
      source: `${MODEL}/inputs/2024/02/29/inputs.csv`,
      ordinal: 1,
      fields: [
        { name: 'n', value: '2' },
        { name: 's', value: 'two, "2"' },
      ],
      correlation: { $aml_dc_correlation_id: A, $aml_model_version: '1' },
      inferred: false,
      fate: { kind: 'event', object: inputs?.events[0]?.object, line: 1, row: 1 },
    });
    expect(inputs?.rows[1]?.raw).toMatch(/^2,"two, ""2""",a0000000/);
    expect(outputs?.events[0]?.rows).toEqual(['{"p":0.10}', '{"p":0.20}']);
    expect(outputs?.events[0]?.attributes.slice(0, 2)).toEqual([
      { name: 'specversion', value: '1.0' },
      { name: 'id', value: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    ]);
  });

  test("an event's id", async () => {
    const event = (await trace(A)).collections[1]?.events[0];
    const id = event?.attributes.find(({ name }) => name === 'id')?.value ?? '';
    const found = await trace(id);
    expect(found.id).toBe(id);
    expect(found.collections).toEqual((await trace(A)).collections);
  });

  test("the caller's own part of its id, also with characters that CSV and JSON quote", async () => {
    const found = await trace('cust,"7" é');
    expect(found.calls).toEqual([B]);
    expect(summary(found)).toEqual(['model_inputs 1 1', 'model_outputs 1 1']);
    expect(summary(await trace(B))).toEqual(summary(found));
  });

  test("an event's correlationid, which names the whole call", async () => {
    expect(summary(await trace(BIG))).toEqual(['model_inputs 1002 2']);
    expect(summary(await trace(`${BIG}.0`))).toEqual(['model_inputs 1002 2']);
    const part = await trace(`${BIG}.1`);
    expect(summary(part)).toEqual(['model_inputs 1002 2']);
    expect(part.calls).toEqual([BIG]);
    expect(part.collections[0]?.rows.at(-1)?.fate).toMatchObject({ kind: 'event', row: 1 });
  });

  test('the id of an event of uncorrelated rows, of which the CSV knows nothing', async () => {
    const [name = ''] = (await pair.events()).filter((event) => event.includes('signals_web'));
    const { id } = JSON.parse(await pair.read(name)) as { id: string };
    const found = await trace(id);
    expect(found.calls).toEqual([]);
    expect(summary(found)).toEqual(['signals_web 2 1']);
    expect(found.collections[0]?.rows.map(({ fields }) => fields[0]?.value)).toEqual(['5', '6']);
  });
});

describe('A trace', () => {
  test('says of rejected rows why they are in no event', async () => {
    const found = await trace('spoilt');
    expect(summary(found)).toEqual(['model_inputs 2 0']);
    expect(found.collections[0]?.rows.map(({ fate }) => fate)).toEqual([
      { kind: 'rejected', reason: 'width' },
      { kind: 'rejected', reason: 'with-row 3' },
    ]);
    expect(found.collections[0]?.rows[0]?.fields[2]).toEqual({ name: 'field_2', value: 'too wide' });
  });

  test('has no line for a row whose event is lost', async () => {
    const copy = await pair.copy();
    await copy.remove(await copy.find('model_outputs'));
    const found = await traceCall(A, copy.source, copy.destination);
    expect(summary(found)).toEqual(['model_inputs 2 1', 'model_outputs 2 0']);
    expect(found.collections[1]?.rows[0]?.fate).not.toHaveProperty('line');
  });

  test('of an id that nothing has is empty', async () => {
    expect(await trace('nobody')).toMatchObject({ calls: [], collections: [] });
    expect(await trace(A.slice(0, 20))).toMatchObject({ calls: [], collections: [] });
  });

  test('of no id at all is wrong usage', async () => {
    await expect(trace('')).rejects.toMatchObject({ code: 'usage' });
  });

  test('can be aborted', async () => {
    const signal = AbortSignal.abort();
    await expect(traceCall(A, pair.source, pair.destination, { signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});

describe('The search for bytes', () => {
  test('finds them across the borders of chunks of any size', async () => {
    const text = 'xxneedle-ya';
    for (let size = 1; size <= text.length; size += 1) {
      const storage = new MemoryStorage();
      storage.read = async function* () {
        for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
      };
      expect(await containsBytes(storage, 'x', Buffer.from('needle')), `chunks of ${size}`).toBe(true);
      expect(await containsBytes(storage, 'x', Buffer.from('y')), `chunks of ${size}`).toBe(true);
      expect(await containsBytes(storage, 'x', Buffer.from('needles')), `chunks of ${size}`).toBe(false);
    }
  });
});
