import { BlobSASPermissions } from '@azure/storage-blob';
import type { Azurite } from '../support/azurite.js';
import { openContainer } from '../support/blob-trees.js';
import { PythonWriter } from '../support/python-writer.js';
import { CORRELATION_HEADER } from '../support/rows.js';

const WORKSPACE = '1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d/myresourcegrp/myworkspace';
const INPUTS = `${WORKSPACE}/aks-credit/credit risk/3/inputs/2019/01/02/inputs.csv`;

/** Correlation ids of what it scores, in order. */
export const GROWN: readonly string[] = ['grown-1', 'grown-2', 'grown-3'];

/** The service with v1's collector, which nobody has touched, scores three requests more, on a new day. */
export async function growTree({ connectionString }: Azurite): Promise<void> {
  const blob = (await openContainer(connectionString, 'modeldata')).getBlockBlobClient(INPUTS);
  const url = await blob.generateSasUrl({
    permissions: BlobSASPermissions.parse('racwd'),
    expiresOn: new Date(Date.now() + 3_600_000),
  });
  const writer = new PythonWriter(url);
  await writer.start(`customer,zip,income,married,note,${CORRELATION_HEADER}\r\n`);
  const rows = GROWN.map((id, i) => {
    const correlation = `${id},2019-01-02T08:0${i}:00.000000,1440,${WORKSPACE},aks-credit,credit risk,3`;
    return `plain,03801,18207.57,True,ok,${correlation},00000000-0000-0000-0000-000000000000\r\n`;
  });
  await writer.write(rows.join(''));
  await writer.commit();
}
