import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import { CORRELATION_COLUMNS, NO_REQUEST } from '../generate/correlation-columns.ts';
import type { Column, TreeCollection, TreeManifest } from '../generate/tree-manifest.ts';
import { constantAttributes } from './event-envelope.ts';
import { HourFiles } from './hour-files.ts';

type Cell = string | number | boolean | null;

/**
 * The script that one writes in an afternoon, by someone who knows Node: streams, large chunks, the documented `readable`
 * loop (not `for await`, which is slower), rows of a call stringified once, one write for a megabyte of lines.
 */
export async function convertWithCsvParse(
  { collections, files }: TreeManifest,
  source: string,
  destination: string,
): Promise<void> {
  for (const [index, file] of files.entries()) {
    const collection = collections[file.collection]!;
    const folder = join(destination, collection.endpoint, collection.deployment, collection.collection);
    const output = new HourFiles(folder, `source${index}.jsonl`);
    const events = new Events(collection, output);
    await eachRow(join(source, file.path), (row) => events.add(row));
    events.end();
    output.close();
  }
}

function eachRow(path: string, take: (row: string[]) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
    const parser = parse({ from: 2 });
    parser.on('readable', () => {
      for (let row = parser.read(); row !== null; row = parser.read()) take(row);
    });
    parser.on('error', reject);
    parser.on('end', resolve);
    file.on('error', reject);
    file.pipe(parser);
  });
}

/** Adjacent rows of one correlation id → an event. */
class Events {
  readonly #columns: readonly Column[];
  readonly #head: string;
  readonly #output: HourFiles;
  #call = '';
  #time = '';
  #request = '';
  #rows: Record<string, Cell>[] = [];

  constructor(collection: TreeCollection, output: HourFiles) {
    const { source, type } = constantAttributes(collection);
    this.#columns = collection.columns;
    this.#head = JSON.stringify({ source, type, datacontenttype: 'application/json' }).slice(1, -1);
    this.#output = output;
  }

  add(row: readonly string[]): void {
    const width = row.length - CORRELATION_COLUMNS.length;
    const call = row[width]!;
    if (call !== this.#call) {
      this.end();
      this.#call = call;
      this.#time = row[width + 1]!;
      this.#request = row[width + 7]!;
    }
    const object: Record<string, Cell> = {};
    this.#columns.forEach(({ name, type }, i) => {
      object[name] = cellOf(row[i]!, type);
    });
    this.#rows.push(object);
  }

  end(): void {
    if (this.#rows.length === 0) return;
    const data = JSON.stringify(this.#rows);
    const length = Buffer.byteLength(data);
    const tail = JSON.stringify({
      contentrange: `bytes 0-${length - 1}/${length}`,
      correlationid: this.#call,
      xrequestid: this.#request === NO_REQUEST ? this.#call : this.#request,
      modelversion: 'default',
      collectdatatype: 'pandas.core.frame.DataFrame',
      agent: 'csv-parse',
    });
    const line =
      `{"specversion":"1.0","id":"${randomUUID()}",${this.#head},"time":"${this.#time}Z",` +
      `"data":${data},${tail.slice(1)}\n`;
    this.#output.write(this.#time.slice(0, 10).replaceAll('-', '/'), this.#time.slice(11, 13), line);
    this.#rows = [];
  }
}

function cellOf(text: string, type: Column['type']): Cell {
  if (text === '' || text === 'nan') return null;
  if (type === 'number') return Number(text);
  return type === 'boolean' ? text === 'True' : text;
}
