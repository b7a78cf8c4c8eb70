import { MdcBridgeError } from '../errors.js';
import { formatCollectionPath } from '../event/event-path.js';
import { openStorage, type StorageAddress } from '../storage/open-storage.js';
import type { Storage } from '../storage/storage.js';
import { findAssetRoot, shortUri } from './emit/asset-root.js';
import { checkFiles } from './emit/check-files.js';
import { dataAssets } from './emit/data-assets.js';
import { collectedCollections, deploymentFile, MAX_COLLECTIONS } from './emit/deployment-file.js';
import type { EmitContext, EmittedFile, EmittedKind } from './emit/emitted-file.js';
import { type History, readHistory } from './emit/history.js';
import { monitorFile } from './emit/monitor-file.js';
import { newestDeployments } from './emit/newest-deployments.js';
import { PLACEHOLDERS, type Placeholder, placeholdersIn } from './emit/placeholders.js';
import type { Task } from './emit/prediction.js';
import { chooseWorkspace, type Workspace } from './emit/workspace.js';
import { writeFiles } from './emit/write-files.js';
import type { RunOptions } from './run-options.js';

export interface EmitOptions extends Pick<RunOptions, 'signal' | 'storage'> {
  /** The folder to write to; made if it is not there. `azureml` unless told. */
  readonly out?: string;
  /** Overwrites files that are there with another content. */
  readonly force?: boolean;
  /** Where DEST lies in Azure, if it is a copy or its datastore can't be told: `azureml://datastores/NAME/paths/FOLDER`. */
  readonly root?: string;
  /** `sub/rg/ws` of the workspace that the files are for; the one that the old services were in unless told. */
  readonly workspace?: string;
  /** What the models do; guessed from the types of their outputs unless told. */
  readonly task?: Task;
}

/** The result of `emitAssets`, and what `emit --json` prints. */
export interface EmitReport {
  readonly kind: 'mdc-bridge emit';
  readonly version: 1;
  readonly destination: string;
  /** The folder that was written to, as it was given. */
  readonly out: string;
  readonly workspace: Workspace;
  /** Where the files say that the converted tree lies. */
  readonly root: string;
  /** Paths below `out`. */
  readonly files: readonly { readonly kind: EmittedKind; readonly path: string; readonly name: string }[];
  /** What a person has to put in before the files can be used. */
  readonly toFill: readonly {
    readonly placeholder: Placeholder;
    readonly what: string;
    readonly files: readonly string[];
  }[];
  /** For what nothing was written. */
  readonly leftOut: readonly { readonly what: string; readonly why: string }[];
  /** Source trees of which not all is converted yet: their history is not whole. */
  readonly unfinished: readonly { readonly sourceId: string; readonly sourcesLeft: number }[];
}

/**
 * Writes the YAML with which Azure ML takes over from the old collector: data assets of the history, the newest deployment of
 * each endpoint, and a monitor whose baseline the history is.
 *
 * @throws MdcBridgeError `usage`, `conflict` (no migration in DEST, or files that would be overwritten), `plan` (names that Azure
 *   ML refuses), `plan-file`, `storage` or `aborted`.
 */
export async function emitAssets(
  destinationAddress: StorageAddress,
  options: EmitOptions = {},
): Promise<EmitReport> {
  const destination = await openStorage(destinationAddress, 'v2', options.storage);
  const history = await readHistory(destination, options.signal);
  if (history.migrations.length === 0) throw noMigration(destination);
  const context = contextOf(destinationAddress, history, options);
  const { files, leftOut } = makeFiles(history, context, options.task);
  checkFiles(files);
  const { out = 'azureml', force = false } = options;
  await writeFiles(out, files, { force, destination: destination.url });
  return {
    kind: 'mdc-bridge emit',
    version: 1,
    destination: destination.url,
    out,
    workspace: context.workspace,
    root: shortUri(context.root),
    files: files.map(({ kind, path, name }) => ({ kind, path, name })),
    toFill: toFill(files),
    leftOut,
    unfinished: history.migrations.filter(({ sourcesLeft }) => sourcesLeft > 0),
  };
}

function contextOf(
  destination: StorageAddress,
  { collections }: History,
  { root, workspace, storage }: EmitOptions,
): EmitContext {
  return {
    root: findAssetRoot(root, destination, storage?.datastores ?? {}),
    workspace: chooseWorkspace(
      workspace,
      collections.map(({ identity }) => identity.workspace),
    ),
  };
}

function makeFiles(
  { collections, empty }: History,
  context: EmitContext,
  task: Task | undefined,
): { readonly files: EmittedFile[]; readonly leftOut: EmitReport['leftOut'] } {
  const files = collections.flatMap((collection) => dataAssets(collection, context));
  const leftOut = empty.map(({ path, why }) => ({ what: path, why }));
  for (const deployment of newestDeployments(collections)) {
    const name = `${deployment.endpoint}/${deployment.deployment}`;
    files.push(deploymentFile(deployment));
    for (const collection of collectedCollections(deployment).left) {
      const why = `not collected by the new deployment: it may have ${MAX_COLLECTIONS} collections`;
      leftOut.push({ what: formatCollectionPath(collection), why });
    }
    const monitor = monitorFile(deployment, context, task);
    if ('why' in monitor) leftOut.push({ what: `the monitor of ${name}`, why: monitor.why });
    else files.push(monitor);
  }
  return { files, leftOut };
}

function toFill(files: readonly EmittedFile[]): EmitReport['toFill'] {
  const where = new Map<Placeholder, string[]>();
  for (const { path, text } of files) {
    for (const placeholder of placeholdersIn(text)) {
      where.set(placeholder, [...(where.get(placeholder) ?? []), path]);
    }
  }
  const all = Object.keys(PLACEHOLDERS) as Placeholder[];
  return all.flatMap((placeholder) => {
    const paths = where.get(placeholder);
    return paths === undefined ? [] : [{ placeholder, what: PLACEHOLDERS[placeholder], files: paths }];
  });
}

function noMigration({ url }: Storage): MdcBridgeError {
  return new MdcBridgeError('conflict', 'DEST holds no migration', {
    place: { file: url },
    remedy: 'give the folder that convert wrote to',
  });
}
