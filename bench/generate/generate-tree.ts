import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallTail } from './call-tail.ts';
import { CORRELATION_COLUMNS } from './correlation-columns.ts';
import { Random } from './random.ts';
import { RowFile } from './row-file.ts';
import type { RowKind, Shape, Slot } from './shape.ts';
import { makeShape } from './shapes.ts';
import {
  GENERATOR_VERSION,
  type ShapeName,
  type TreeCollection,
  type TreeFile,
  type TreeManifest,
} from './tree-manifest.ts';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const MAX_ROWS_OF_CALL = 4;
/** No call is shorter, so calls this far apart never swap their times. */
const SHORTEST_CALL_BYTES = 200;

/** Beside every `inputs.csv`, as the SDK leaves it outside of Azure. */
const TELEMETRY = 'workspaceId, serviceId, modelId, computeName, computeType, computeLocation\n, , , , , \n';

/** Writes a legacy tree of about `size` bytes to the folder `container`, byte for byte the same for the same arguments. */
export function generateTree(container: string, name: ShapeName, size: number, seed: number): TreeManifest {
  const shape = makeShape(name, size, seed);
  const random = new Random(seed, 'calls');
  const tree = new Tree(container);
  const budget = size / shape.slots.length;
  for (const slot of shape.slots) fillSlot(tree, shape, slot, budget, random);
  const designations = shape.kinds.length;
  return { generator: GENERATOR_VERSION, shape: name, seed, size, designations, ...tree.contents() };
}

/** Calls until the folder's bytes are spent: as far into its time as into its bytes, so times go forward and end in it. */
function fillSlot(tree: Tree, shape: Shape, slot: Slot, budget: number, random: Random): void {
  const files = shape.kinds.map((kind) => tree.open(slot, kind, random));
  const [start, span] = slot.hour === undefined ? [0, DAY] : [slot.hour * HOUR, HOUR];
  const jitter = Math.min(1e6, Math.floor((span * SHORTEST_CALL_BYTES) / budget));
  const tail = new CallTail(slot.identity, slot.date, slot.hour === undefined ? 1440 : 60, random);
  let written = files.reduce((sum, { bytes }) => sum + bytes, 0);
  while (written < budget) {
    const time = Math.floor((span * written) / budget) + random.below(jitter);
    tree.calls += 1;
    const isUsers = shape.userIdEvery > 0 && random.below(shape.userIdEvery) === 0;
    tail.begin(Math.min(start + time, start + span - 1), isUsers ? `user-${random.below(1000)}-` : '');
    const rows = 1 + random.below(MAX_ROWS_OF_CALL);
    for (const file of files) {
      const before = file.bytes;
      for (let row = 0; row < rows; row++) file.addRow(tail);
      written += file.bytes - before;
    }
  }
  for (const file of files) tree.close(file);
}

/** What has been written so far. */
class Tree {
  calls = 0;
  readonly #container: string;
  readonly #collections: TreeCollection[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #files: TreeFile[] = [];
  readonly #open = new Map<RowFile, { path: string; collection: number }>();

  constructor(container: string) {
    this.#container = container;
  }

  open(slot: Slot, kind: RowKind, random: Random): RowFile {
    const { workspace, service, model, version } = slot.identity;
    const hour = slot.hour === undefined ? '' : `/${String(slot.hour).padStart(2, '0')}`;
    const folder = `${workspace}/${service}/${model}/${version}/${kind.designation}/${slot.date.replaceAll('-', '/')}${hour}`;
    const path = `${folder}/${kind.designation}.csv`;
    const header = [...kind.columns.map(({ name }) => name), ...CORRELATION_COLUMNS].join(',');
    const file = new RowFile(join(this.#container, path), header, kind.pools, random);
    this.#open.set(file, { path, collection: this.#collectionOf(slot, kind) });
    if (kind.designation === 'inputs')
      writeFileSync(join(this.#container, folder, 'aml_telemetry.csv'), TELEMETRY);
    return file;
  }

  close(file: RowFile): void {
    file.close();
    const place = this.#open.get(file);
    if (place === undefined) throw new Error('a file of another tree');
    this.#open.delete(file);
    this.#files.push({ ...place, bytes: file.bytes, rows: file.rows });
  }

  contents(): Pick<TreeManifest, 'bytes' | 'rows' | 'calls' | 'collections' | 'files'> {
    const sum = (of: (file: TreeFile) => number): number =>
      this.#files.reduce((total, file) => total + of(file), 0);
    return {
      bytes: sum(({ bytes }) => bytes),
      rows: sum(({ rows }) => rows),
      calls: this.calls,
      collections: this.#collections,
      files: this.#files,
    };
  }

  #collectionOf({ identity }: Slot, { designation, columns }: RowKind): number {
    const key = `${identity.service}/${identity.model}/${designation}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const index = this.#collections.length;
    this.#indexes.set(key, index);
    this.#collections.push({
      ...identity,
      designation,
      columns,
      endpoint: identity.service,
      deployment: `${identity.model}-${identity.version}`.replaceAll('_', '-'),
      collection: designation === 'inputs' ? 'model_inputs' : 'model_outputs',
    });
    return index;
  }
}
