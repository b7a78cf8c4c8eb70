import { describe, expect, test } from 'vitest';
import { MdcBridgeError } from '../../src/errors.js';
import { parseDatastores } from '../../src/storage/datastores.js';

const BLOBS = 'https://acct.blob.core.windows.net/azureml-blobstore';
const SAS = '?sv=2024-11-04&sig=S3cr%3D';

function refusal(...given: Parameters<typeof parseDatastores>): MdcBridgeError {
  try {
    parseDatastores(...given);
  } catch (error) {
    if (error instanceof MdcBridgeError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('datastores', () => {
  test('are lines name=URL, between comments and blank lines', () => {
    const lines = [
      '\ufeff# the two workspaces',
      '',
      `  workspaceblobstore = ${BLOBS}${SAS}\r`,
      'new-ws/workspaceblobstore=abfss://c-1@acct.dfs.core.windows.net/a=b',
      '__proto__=wasbs://abc@acct.blob.core.windows.net',
    ];
    expect(Object.entries(parseDatastores(lines))).toEqual([
      ['workspaceblobstore', `${BLOBS}${SAS}`],
      ['new-ws/workspaceblobstore', 'abfss://c-1@acct.dfs.core.windows.net/a=b'],
      ['__proto__', 'wasbs://abc@acct.blob.core.windows.net'],
    ]);
  });

  test('are added to those that are known', () => {
    expect(parseDatastores([`b=${BLOBS}`], { a: BLOBS })).toEqual({ a: BLOBS, b: BLOBS });
    expect(refusal([`a=${BLOBS}`], { a: BLOBS }).message).toBe('two addresses for the datastore "a"');
  });

  test.each([
    ['workspaceblobstore', 'a datastore is given as name=URL'],
    ['=', 'a datastore is given as name=URL'],
    ['a=', 'a datastore is given as name=URL'],
    [`${BLOBS}${SAS}`, 'a datastore is given as name=URL'],
    [`a b=${BLOBS}${SAS}`, 'a datastore is given as name=URL'],
    ['a=./modeldata', 'the address of the datastore "a" must begin with https://, abfss:// or wasbs://'],
    [`a=azureml://datastores/b/paths/`, 'must begin with https://'],
    [
      `a=https://acct.blob.core.windows.net${SAS}`,
      'the address of the datastore "a" is wrong: an address of blob',
    ],
  ])('%j is refused, with its place and without secrets', (line, why) => {
    const error = refusal(['# first', line], {}, 'datastores.txt');
    expect(error).toMatchObject({ code: 'usage', place: { file: 'datastores.txt', line: 2 } });
    expect(error.message).toContain(why);
    expect(`${error.message}${error.remedy}${error.cause}`).not.toContain('S3cr');
    expect(error.remedy).toContain('workspaceblobstore=https://ACCOUNT.blob.core.windows.net/CONTAINER');
    expect(refusal([line]).place).toBeUndefined();
  });
});
