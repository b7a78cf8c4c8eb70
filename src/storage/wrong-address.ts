import { MdcBridgeError } from '../errors.js';
import { withoutSecrets } from './secrets.js';

const FORMS = `give one of:
./modeldata or file:///data/modeldata
https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER, with ?SAS behind it if need be
abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/FOLDER
wasbs://CONTAINER@ACCOUNT.blob.core.windows.net/FOLDER
azureml://datastores/NAME/paths/FOLDER, with --datastore NAME=https://…
http://127.0.0.1:10000/devstoreaccount1/CONTAINER/FOLDER for an emulator`;

/** A usage error whose remedy shows the forms of an address, one a line. */
export function wrongAddress(why: string, cause?: unknown): MdcBridgeError {
  return new MdcBridgeError('usage', withoutSecrets(why), {
    remedy: FORMS,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A part of an address, fit for a message: without what may be a query, also one whose `?` is encoded, or a password. */
export function quotedPart(part: string): string {
  const [shown = ''] = part.split(/[?&#:=]|%3[adf]|%26/i, 1);
  const short = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
  return JSON.stringify(withoutSecrets(short));
}
