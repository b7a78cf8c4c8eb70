import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.js';

/** Where a collector that writes both layouts puts them. */
export interface Trees {
  readonly legacy: string;
  readonly v2: string;
}

export async function trees(): Promise<Trees> {
  const folder = await temporaryFolder();
  return { legacy: join(folder, 'modeldata'), v2: join(folder, 'v2') };
}
