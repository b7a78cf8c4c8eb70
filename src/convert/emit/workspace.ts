import { MdcBridgeError } from '../../errors.js';
import type { Placeholder } from './placeholders.js';

/** The Azure ML workspace that the files are for; a part that nobody has told is a placeholder. */
export interface Workspace {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
}

const UNKNOWN: Record<keyof Workspace, Placeholder> = {
  subscription: 'FILL_IN_SUBSCRIPTION',
  resourceGroup: 'FILL_IN_RESOURCE_GROUP',
  name: 'FILL_IN_WORKSPACE',
};

/** Of `sub/rg/ws`, as legacy paths have it. */
export function parseWorkspace(text: string): Workspace | undefined {
  const [subscription = '', resourceGroup = '', name = '', ...rest] = text.split('/');
  const isWhole = [subscription, resourceGroup, name].every((part) => /^[\w.()-]+$/.test(part));
  return isWhole && rest.length === 0 ? { subscription, resourceGroup, name } : undefined;
}

/** The one that was told, else the one that all models were served in, else none. */
export function chooseWorkspace(told: string | undefined, served: Iterable<string>): Workspace {
  if (told !== undefined) {
    const workspace = parseWorkspace(told);
    if (workspace !== undefined) return workspace;
    throw new MdcBridgeError('usage', `"${told}" names no workspace`, {
      remedy: 'write it as SUBSCRIPTION-ID/RESOURCE-GROUP/WORKSPACE',
    });
  }
  const [first, ...others] = new Set([...served].map((workspace) => workspace.toLowerCase()));
  const [only] = served;
  if (first === undefined || others.length > 0 || only === undefined) return UNKNOWN;
  return parseWorkspace(only) ?? UNKNOWN;
}
