import { describe, expect, test } from 'vitest';
import { findAssetRoot, longUri, shortUri } from '../../../src/convert/emit/asset-root.js';
import { chooseWorkspace } from '../../../src/convert/emit/workspace.js';
import { MdcBridgeError } from '../../../src/errors.js';

const BLOBS = 'https://acct.blob.core.windows.net';
const FIRST = 'azureml-blobstore-1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d';

describe('where the tree lies for Azure ML', () => {
  test.each([
    ['azureml://datastores/archive/paths/a/b/', 'archive', 'a/b', false],
    [
      'azureml://datastores/workspaceblobstore/paths/modelDataCollector',
      'workspaceblobstore',
      'modelDataCollector',
      true,
    ],
    ['azureml://subscriptions/s/resourcegroups/r/workspaces/w/datastores/ds/paths/x', 'ds', 'x', false],
    [`${BLOBS}/${FIRST}/modelDataCollector`, 'workspaceblobstore', 'modelDataCollector', true],
    [
      `abfss://${FIRST}@acct.dfs.core.windows.net/modelDataCollector/`,
      'workspaceblobstore',
      'modelDataCollector',
      true,
    ],
    [`${BLOBS}/${FIRST}/old`, 'workspaceblobstore', 'old', false],
    [`${BLOBS}/mine/modelDataCollector`, 'FILL_IN_DATASTORE', 'modelDataCollector', false],
    ['./modelDataCollector', 'FILL_IN_DATASTORE', 'FILL_IN_FOLDER', false],
  ])('%s', (destination, datastore, folder, isLive) => {
    expect(findAssetRoot(undefined, destination, {})).toEqual({ datastore, folder, isLive });
  });

  test('by a datastore that is told, whatever form its address has', () => {
    const datastores = {
      'ws/other': `${BLOBS}/other`,
      'ws/archive': 'abfss://mine@acct.dfs.core.windows.net/deep',
    };
    expect(findAssetRoot(undefined, `${BLOBS}/mine/deep/history`, datastores)).toEqual({
      datastore: 'archive',
      folder: 'history',
      isLive: false,
    });
    expect(findAssetRoot(undefined, `${BLOBS}/mine/history`, datastores).datastore).toBe('FILL_IN_DATASTORE');
  });

  test('--root wins over DEST, and is refused in a form that monitors do not read', () => {
    const root = findAssetRoot('azureml://datastores/a/paths/b', './copy', {});
    expect(shortUri(root)).toBe('azureml://datastores/a/paths/b');
    expect(longUri(root, { subscription: 's', resourceGroup: 'r', name: 'w' })).toBe(
      'azureml://subscriptions/s/resourcegroups/r/workspaces/w/datastores/a/paths/b',
    );
    expect(() => findAssetRoot(`${BLOBS}/c/x`, './copy', {})).toThrow(MdcBridgeError);
  });
});

describe('the workspace', () => {
  const WS = { subscription: 's', resourceGroup: 'r', name: 'w' };
  const UNKNOWN = {
    subscription: 'FILL_IN_SUBSCRIPTION',
    resourceGroup: 'FILL_IN_RESOURCE_GROUP',
    name: 'FILL_IN_WORKSPACE',
  };

  test('is the one that was told, else the only one of the old services, else to be filled in', () => {
    expect(chooseWorkspace('s/r/w', ['a/b/c'])).toEqual(WS);
    expect(chooseWorkspace(undefined, ['s/r/w', 'S/r/w'])).toEqual(WS);
    expect(chooseWorkspace(undefined, ['s/r/w', 'a/b/c'])).toEqual(UNKNOWN);
    expect(chooseWorkspace(undefined, ['ws'])).toEqual(UNKNOWN);
    expect(chooseWorkspace(undefined, [])).toEqual(UNKNOWN);
    expect(() => chooseWorkspace('ws', [])).toThrow(MdcBridgeError);
  });
});
