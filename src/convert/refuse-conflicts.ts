import { MdcBridgeError } from '../errors.js';
import { formatCollectionPath } from '../event/event-path.js';
import type { Journal } from './journal.js';
import type { Plan } from './plan-file.js';
import type { Source } from './source.js';

export function refuseOtherTree(plan: Plan, source: Source): void {
  if (plan.source.id === source.id && plan.source.prefix === source.prefix) return;
  throw new MdcBridgeError('plan-file', `the plan is of another tree: ${plan.source.url}`, {
    place: { file: source.storage.url },
    remedy: 'plan this tree, or convert the one that was planned',
  });
}

/** One column must have one type over the whole history, so a second run may not change it in passing. */
export function refuseOtherColumns(plan: Plan, journal: Journal): void {
  const differing: string[] = [];
  for (const collection of plan.collections) {
    const path = formatCollectionPath(collection);
    const before = journal.collections.get(path);
    if (before === undefined) continue;
    const known = new Map(before);
    const now = new Map<string, string>(collection.columns.map(({ name, type }) => [name, type]));
    for (const name of new Set([...known.keys(), ...now.keys()])) {
      const [was = 'absent', is = 'absent'] = [known.get(name), now.get(name)];
      if (was !== is) differing.push(`${path}: ${name} was ${was}, is ${is}`);
    }
  }
  if (differing.length === 0) return;
  throw new MdcBridgeError(
    'conflict',
    `columns or types differ from those of an earlier run:\n  ${differing.join('\n  ')}`,
    {
      remedy: 'convert these collections again with --replan, or give the earlier plan with --plan',
    },
  );
}

/** Another range would take events away that an earlier run wrote. */
export function refuseOtherRange({ settings }: Plan, journal: Journal): void {
  const { since, until } = settings;
  const before = journal.range;
  if (before === undefined || journal.sources.size === 0) return;
  if (before.since === since && before.until === until) return;
  throw new MdcBridgeError(
    'conflict',
    `an earlier run converted ${describeRange(before)}, this one asks for ${describeRange(settings)}: ` +
      'events outside of it would be removed',
    { remedy: 'convert everything again for this range with --replan, or convert it into another DEST' },
  );
}

function describeRange({ since, until }: { readonly since?: string; readonly until?: string }): string {
  if (since === undefined && until === undefined) return 'the whole history';
  return `the time from ${since ?? 'the beginning'} to ${until ?? 'the end'}`;
}
