import { CloudEvent } from 'cloudevents';
import { beforeAll, describe, expect, it } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import { encodeText } from '../../src/csv/byte-string.js';
import { correlatedEventId, uncorrelatedEventId } from '../../src/event/event-id.js';
import { hourOf, instanceName, parseEventPath } from '../../src/event/event-path.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { dataText, readObjects } from '../support/converted.js';
import { CONTAINER_NAMES, containerName, legacyFolder, readOutcomes } from '../support/golden.js';

/** The attributes of a real event, in the order in which the documented format has them. */
const THIRTEEN = [
  'specversion',
  'id',
  'source',
  'type',
  'datacontenttype',
  'time',
  'data',
  'contentrange',
  'correlationid',
  'xrequestid',
  'modelversion',
  'collectdatatype',
  'agent',
];

type Attributes = Readonly<Record<string, string>> & { readonly id: string; readonly correlationid: string };

interface Written {
  readonly file: string;
  readonly line: string;
  readonly event: Attributes;
}

for (const name of CONTAINER_NAMES) {
  describe(`every event of ${name}`, () => {
    const written: Written[] = [];

    beforeAll(async () => {
      const destination = new MemoryStorage('v2');
      await convertTree(legacyFolder(name), destination, { workers: 0 });
      for (const [file, content] of await readObjects(destination)) {
        if (file.startsWith('_migration/')) continue;
        expect(content.endsWith('\n')).toBe(true);
        for (const line of content.slice(0, -1).split('\n')) {
          written.push({ file, line, event: JSON.parse(line) as Attributes });
        }
      }
    });

    it('is there: as many as the outcomes say', async () => {
      const outcomes = [...(await readOutcomes(name)).values()];
      expect(written).toHaveLength(outcomes.reduce((sum, { events }) => sum + events, 0));
    });

    it('passes the strict validation of the CloudEvents SDK', () => {
      for (const { event } of written) {
        const sdk = new CloudEvent(event as never, true);
        expect(sdk.validate()).toBe(true);
      }
    });

    it('has exactly the thirteen attributes, in their order', () => {
      for (const { event } of written) expect(Object.keys(event)).toEqual(THIRTEEN);
    });

    it('says the exact number of bytes of its data', () => {
      for (const { line, event } of written) {
        const bytes = Buffer.byteLength(dataText(line));
        expect(event['contentrange']).toBe(`bytes 0-${bytes - 1}/${bytes}`);
        expect(Array.isArray(event['data'])).toBe(true);
      }
    });

    it('lies in the hour of its time, in the collection of its type', () => {
      for (const { file, event } of written) {
        const path = parseEventPath(file);
        expect(path?.hour).toBe(hourOf(event['time'] ?? ''));
        expect(event['type']).toBe(`azureml.inference.${path?.collection}`);
        expect(event['source']).toMatch(`/onlineEndpoints/${path?.endpoint}/deployments/${path?.deployment}`);
      }
    });

    it('has the id of its correlation id, or of its source and first row', async () => {
      const outcomes = await readOutcomes(name);
      const sources = new Map(
        [...outcomes].map(([source, { lines, addedByExplosion }]) => [
          instanceName(containerName(name), source),
          { source, rows: lines + addedByExplosion },
        ]),
      );
      for (const { file, event } of written) {
        const { collection = '', instance = '' } = parseEventPath(file) ?? {};
        if (event.correlationid !== event.id) {
          expect(event.id).toBe(correlatedEventId(collection, encodeText(event.correlationid)));
          continue;
        }
        const { source, rows } = sources.get(instance)!;
        const ids = Array.from({ length: rows }, (_, n) =>
          uncorrelatedEventId(collection, encodeText(source), n),
        );
        expect(ids).toContain(event.id);
      }
    });

    it('has a correlationid that no other event of its collection has, and an id that no other event has', () => {
      const collectionOf = (file: string): string => file.split('/').slice(0, 3).join('/');
      const keys = written.map(({ file, event }) => `${collectionOf(file)}\n${event.correlationid}`);
      expect(new Set(keys).size).toBe(written.length);
      const ids = written.map(({ event }) => `${event['source']}\n${event.id}`);
      expect(new Set(ids).size).toBe(written.length);
    });
  });
}
