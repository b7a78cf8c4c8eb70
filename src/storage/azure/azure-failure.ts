import { type ErrorDetails, StorageError } from '../../errors.js';
import { accountEndpoint } from '../blob-host.js';
import { CHANGED } from '../storage.js';
import { explainLogin } from './login-failure.js';
import { codeOf, statusOf } from './request-failure.js';

/** Where a request went, for messages: no credentials in it. */
export interface BlobPlace {
  /** `https://account.blob.core.windows.net`. */
  readonly endpoint: string;
  readonly container: string;
  /** Whose rights the requests have. */
  readonly credential: 'sas' | 'key' | 'identity';
}

/** What a request wanted to do. */
export interface Attempt {
  readonly verb: string;
  /** The object's name within the storage, or what else it was about. */
  readonly name: string;
  /** The object's URL. */
  readonly url: string;
  readonly writes: boolean;
}

interface Known {
  readonly reason: string;
  readonly why: string;
  readonly remedy?: string;
}

/** What the service or the network refused, as an error with what to do. The SDK's own error may hold a SAS and is not kept. */
export function azureFailure(error: unknown, attempt: Attempt, place: BlobPlace): StorageError {
  if (error instanceof StorageError) return error;
  const { reason, why, remedy } = explain(error, attempt, place);
  const details: ErrorDetails = {
    place: { file: attempt.url },
    ...(remedy === undefined ? {} : { remedy }),
  };
  return new StorageError(reason, `can't ${attempt.verb} ${attempt.name}: ${why}`, details);
}

function explain(error: unknown, attempt: Attempt, place: BlobPlace): Known {
  const status = statusOf(error);
  const code = codeOf(error) ?? '';
  // First of all: a refused login has the status of the login service's answer.
  const login = explainLogin(error);
  if (login !== undefined) return { reason: 'EACCES', ...login };
  if (status === undefined) return explainSilence(code, place);
  if (status === 401 || status === 403) return explainRefusal(code, attempt, place);
  if (status === 404) return explainAbsence(code, place);
  if (status === 412 && code !== 'LeaseIdMissing') {
    return { reason: CHANGED, why: 'it has changed meanwhile', remedy: 'run the same command again' };
  }
  return (
    CONFLICTS[code] ?? {
      reason: code === '' ? `HTTP ${status}` : code,
      why: `the service answered ${status}${code === '' ? '' : ` ${code}`}`,
      ...(status === 429 || status >= 500
        ? { remedy: 'run the same command again later: what is done is kept' }
        : {}),
    }
  );
}

const IMMUTABLE: Known = {
  reason: 'EIMMUTABLE',
  why: 'an immutability policy or a legal hold protects it',
  remedy: 'choose a DEST in a container without one, or wait until it has expired',
};

const OTHER_KIND: Known = {
  reason: 'EKIND',
  why: 'a blob of another kind is there: one made through the DFS API (Data Lake), or an append or page blob',
  remedy: 'remove that blob, or choose another DEST; then run the same command again',
};

const CONFLICTS: Readonly<Record<string, Known>> = {
  BlobImmutableDueToPolicy: IMMUTABLE,
  BlobImmutableDueToLegalHold: IMMUTABLE,
  ContainerImmutableDueToPolicy: IMMUTABLE,
  InvalidBlobType: OTHER_KIND,
  InvalidBlobOrBlock: OTHER_KIND,
  BlobOperationNotSupportedOnDfsBlob: OTHER_KIND,
  LeaseIdMissing: {
    reason: 'ELEASED',
    why: 'somebody holds a lease on it',
    remedy: 'wait until it is released, or break it; then run the same command again',
  },
  BlobArchived: {
    reason: 'EARCHIVED',
    why: 'it is in the archive tier',
    remedy:
      'rehydrate it (az storage blob set-tier --tier Hot), which takes hours, and run the same command again',
  },
  InvalidBlockList: { reason: 'ENOENT', why: 'a part of it is gone' },
};

function explainSilence(code: string, { endpoint }: BlobPlace): Known {
  const host = new URL(endpoint).host;
  if (code === 'ENOTFOUND') {
    return {
      reason: 'ENOTFOUND',
      why: `there is no storage account at ${host}, or its name can't be resolved here`,
      remedy: 'check the name of the account, and from where its (private) endpoint can be reached',
    };
  }
  return {
    reason: code === '' ? 'ENETWORK' : code,
    why: `${host} does not answer (${code === '' ? 'no connection' : code})`,
    remedy: 'check the network, and run the same command again: what is done is kept',
  };
}

/** 403: what right is missing, and on what. */
function explainRefusal(
  code: string,
  { writes }: Attempt,
  { endpoint, container, credential }: BlobPlace,
): Known {
  const account = new URL(accountEndpoint(endpoint).own).host.split('.')[0];
  const scope = `container ${container} of storage account ${account}`;
  if (credential === 'sas') {
    const needed = writes ? 'read, add, create, write, delete and list (racwdl)' : 'read and list (rl)';
    return {
      reason: 'EACCES',
      why: `the SAS does not allow it (${code})`,
      remedy: `give a SAS for the ${scope} that has not expired, with the permissions ${needed}`,
    };
  }
  if (credential === 'key') {
    return {
      reason: 'EACCES',
      why: `the connection string's key does not open the ${scope} (${code})`,
      remedy: 'check the key, whether the account allows keys at all, and its firewall',
    };
  }
  const role = writes ? 'Storage Blob Data Contributor' : 'Storage Blob Data Reader';
  return {
    reason: 'EACCES',
    why: `permission denied (${code})`,
    remedy:
      `give this identity the role "${role}" on the ${scope} (it takes some minutes to come into force), ` +
      'and check the firewall of the account',
  };
}

/** 404: whose name is wrong. */
function explainAbsence(code: string, { endpoint, container }: BlobPlace): Known {
  const host = new URL(endpoint).host;
  if (code === 'ContainerNotFound' || code === 'FilesystemNotFound') {
    return {
      reason: 'ENOCONTAINER',
      why: `the account ${host} has no container ${container}`,
      remedy: 'check the name of the container, or make it first: az storage container create',
    };
  }
  return { reason: 'ENOENT', why: 'it is not there (ENOENT)' };
}
