import { MdcBridgeError, type Place } from '../errors.js';
import { formatCollectionPath } from '../event/event-path.js';
import { PlanChecker } from './plan-checker.js';
import type { CollectionPlan, ColumnPlan, Plan } from './plan-file.js';
import { parsePlanJson } from './plan-json.js';

/**
 * Reads a plan that a person may have edited: names and variants take effect, everything else is checked as far as a
 * conversion relies on it. `open` gives the bytes from their beginning, each time that it is called.
 *
 * @throws MdcBridgeError `plan-file`, with the part of the plan that is wrong and what it should be.
 */
export async function readPlan(open: () => AsyncIterable<Uint8Array>, place: Place = {}): Promise<Plan> {
  try {
    return checkPlan(await parsePlanJson(open), place);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw noJson(place, cause);
    if (!(cause instanceof RangeError)) throw cause;
    throw new MdcBridgeError('plan-file', 'the plan is too long to be read whole', {
      place,
      cause,
      remedy: "put each file's entry on a line of its own, as `plan` writes them, or make the plan again",
    });
  }
}

/** As `readPlan`, of a text. */
export function parsePlan(text: string, place: Place = {}): Plan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw noJson(place, cause);
  }
  return checkPlan(value, place);
}

function noJson(place: Place, cause: unknown): MdcBridgeError {
  return new MdcBridgeError('plan-file', 'the plan is no JSON', {
    place,
    cause,
    remedy: 'mend it, or make the plan again',
  });
}

function checkPlan(value: unknown, place: Place): Plan {
  const check = new PlanChecker(place);
  const plan = check.plan(value);
  const namesOf = namesByCollection(plan);
  return {
    ...plan,
    collections: plan.collections.map((collection, i) => withEdits(collection, i, plan, namesOf, check)),
  };
}

/** Index of a collection → those of the names that its files have, in the order of the files. */
function namesByCollection({ files }: Plan): Map<number, Set<number>> {
  const namesOf = new Map<number, Set<number>>();
  for (const { collection, name } of files) {
    namesOf.set(collection, (namesOf.get(collection) ?? new Set()).add(name));
  }
  return namesOf;
}

/** The names table wins over a collection's own; columns that only variants name get the types that their rows had. */
function withEdits(
  collection: CollectionPlan,
  index: number,
  plan: Plan,
  namesOf: ReadonlyMap<number, ReadonlySet<number>>,
  check: PlanChecker,
): CollectionPlan {
  const names = [...(namesOf.get(index) ?? [])];
  const entries = names.map((name) => plan.names[name]).filter((entry) => entry !== undefined);
  const paths = new Map(entries.map((entry) => [formatCollectionPath(entry), entry]));
  check.that(
    paths.size <= 1,
    `collections[${index}]`,
    `in one place, not in ${[...paths.keys()].join(' and ')} (see names)`,
  );
  const [entry = collection] = paths.values();
  const { endpoint, deployment, collection: name } = entry;
  const others = [...namesOf].filter(([of]) => of !== index).flatMap(([, of]) => [...of]);
  const elsewhere = others.find(
    (other) => formatCollectionPath(plan.names[other] ?? collection) === formatCollectionPath(entry),
  );
  check.that(
    elsewhere === undefined,
    `names`,
    `such that two collections do not meet: ${formatCollectionPath(entry)}`,
  );
  return {
    ...collection,
    endpoint,
    deployment,
    collection: name,
    columns: [...collection.columns, ...newColumns(collection)],
  };
}

function newColumns({ columns, variants, unnamed }: CollectionPlan): ColumnPlan[] {
  const known = new Set(columns.map(({ name }) => name));
  const added: ColumnPlan[] = [];
  for (const [width, names] of Object.entries(variants)) {
    const census = unnamed.find((entry) => entry.width === Number(width))?.columns ?? [];
    names.forEach((name, i) => {
      if (known.has(name)) return;
      known.add(name);
      added.push({
        name,
        type: census[i]?.type ?? 'string',
        counts: census[i]?.counts ?? {},
        samples: census[i]?.samples ?? {},
      });
    });
  }
  return added;
}
