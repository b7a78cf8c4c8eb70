import { MdcBridgeError } from '../../errors.js';
import { openStorage } from '../../storage/open-storage.js';
import type { Storage } from '../../storage/storage.js';
import { listMigrations } from '../migrations.js';
import type { Plan } from '../plan-file.js';
import { parsePlanJson } from '../plan-json.js';
import type { RunOptions } from '../run-options.js';
import { openSource, planName } from '../source.js';
import { readStored, type StoredText } from '../stored-text.js';

/** Both trees of a migration, and the plan by which one was made of the other. */
export interface PlannedTree {
  readonly plan: Plan;
  readonly source: Storage;
  readonly destination: Storage;
}

/**
 * Opens both trees. The container's name and the prefix are the plan's, so they need not be told again.
 *
 * @throws MdcBridgeError `conflict` if the destination holds no plan of this source.
 */
export async function openPlannedTree(
  sourceUrl: string,
  destinationUrl: string,
  options: Pick<RunOptions, 'prefix' | 'sourceName' | 'storage'>,
): Promise<PlannedTree> {
  const { storage, id, prefix } = await openSource(sourceUrl, options);
  const destination = await openStorage(destinationUrl, 'v2', options.storage);
  const found = await findPlan(destination, id, options.sourceName !== undefined);
  const { plan } = found;
  if (options.prefix !== undefined && prefix !== plan.source.prefix) {
    throw new MdcBridgeError('usage', `the tree was converted with the prefix "${plan.source.prefix}"`, {
      remedy: 'leave --prefix out: the plan in DEST knows it',
    });
  }
  return { plan, source: storage, destination };
}

/** The plan of this id; or the only one of the same address under another container's name. */
async function findPlan(
  destination: Storage,
  id: string,
  isExact: boolean,
): Promise<{ readonly plan: Plan }> {
  const ids = await listMigrations(destination);
  const sameAddress = ids.filter((other) => other.endsWith(id.slice(-9)));
  const [only] = sameAddress;
  const chosen = ids.includes(id) ? id : !isExact && sameAddress.length === 1 ? only : undefined;
  if (chosen === undefined) throw noPlan(destination, id, ids);
  const name = planName(chosen);
  return { plan: await readPlan({ storage: destination, name }) };
}

async function readPlan(text: StoredText): Promise<Plan> {
  const place = { file: text.name };
  const remedy = 'convert again: that writes the plan anew';
  let plan: Plan | null;
  try {
    plan = (await parsePlanJson(() => readStored(text))) as Plan | null;
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause;
    throw new MdcBridgeError('plan-file', "the plan in DEST can't be read", { place, cause, remedy });
  }
  if (plan?.kind === 'mdc-bridge plan' && plan.version === 1) return plan;
  throw new MdcBridgeError('plan-file', 'the plan in DEST is none that this version knows', {
    place,
    remedy,
  });
}

function noPlan(destination: Storage, id: string, others: readonly string[]): MdcBridgeError {
  const there = others.length === 0 ? 'DEST holds no migration at all' : `DEST holds ${others.join(', ')}`;
  return new MdcBridgeError(
    'conflict',
    `DEST holds nothing that was converted from this source (${id}): ${there}`,
    {
      place: { file: destination.url },
      remedy:
        others.length === 0
          ? 'give the folder that convert wrote to'
          : 'give the SRC that was converted, as it was given to convert',
    },
  );
}
