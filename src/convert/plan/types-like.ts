import { MdcBridgeError } from '../../errors.js';
import { formatCollectionPath, parseEventPath } from '../../event/event-path.js';
import { type ColumnType, mergeTypes } from '../../mapping/column-types.js';
import { openStorage } from '../../storage/open-storage.js';
import type { RunOptions } from '../run-options.js';
import type { KnownTypes } from './collections.js';

/** Types of columns in the events that a deployment has collected: collection's path → column → type. */
export async function readTypesLike(
  tree: string,
  { storage: reach, signal }: Pick<RunOptions, 'storage' | 'signal'>,
): Promise<Map<string, KnownTypes>> {
  const storage = await openStorage(tree, 'v2', reach);
  const types = new Map<string, Map<string, ColumnType>>();
  for await (const entry of storage.list('', signal)) {
    const path = 'oddity' in entry ? undefined : parseEventPath(entry.name);
    if (path === undefined) continue;
    const key = formatCollectionPath(path);
    const columns = types.get(key) ?? new Map<string, ColumnType>();
    types.set(key, columns);
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of storage.read(entry.name, {}, signal)) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) addTypes(columns, line, entry.name);
    }
    if (rest !== '') addTypes(columns, rest, entry.name);
  }
  if (types.size > 0) return types;
  throw new MdcBridgeError('usage', 'the tree to take types from holds no event', {
    place: { file: storage.url },
    remedy: 'give the root of a v2 tree: the folder above endpoint/deployment/collection',
  });
}

/** The reviver sees each number as it was written, which tells 1 from 1.0. */
function addTypes(columns: Map<string, ColumnType>, line: string, file: string): void {
  const numbers = new WeakMap<object, Map<string, ColumnType>>();
  let data: unknown;
  try {
    ({ data } = JSON.parse(line, function (this: object, key, value: unknown, context?: { source?: string }) {
      if (typeof value === 'number') {
        const kinds = numbers.get(this) ?? new Map<string, ColumnType>();
        numbers.set(this, kinds.set(key, /^-?\d+$/.test(context?.source ?? '') ? 'integer' : 'number'));
      }
      return value;
    } as (key: string, value: unknown) => unknown) as { data: unknown });
  } catch (cause) {
    throw new MdcBridgeError('usage', 'a line of the tree to take types from is no JSON', {
      place: { file },
      cause,
    });
  }
  for (const row of Array.isArray(data) ? data : []) {
    if (typeof row !== 'object' || row === null) continue;
    for (const [name, value] of Object.entries(row)) {
      const type = numbers.get(row)?.get(name) ?? typeOf(value);
      columns.set(name, mergeTypes(columns.get(name) ?? 'null', type));
    }
  }
}

function typeOf(value: unknown): ColumnType {
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}
