import type { StorageOptions } from '../../storage/storage-options.js';

/** How what was accepted waits, and is sent. */
export interface DeliveryOptions {
  /** More waits in memory in no case; 64 MiB unless told. */
  readonly maxBufferedBytes?: number;
  /** What happens at `maxBufferedBytes`: what is new is dropped and counted, or goes to the spool's folder. */
  readonly whenFull?: 'drop-new' | 'spool';
  /**
   * `memory`: a killed process loses what it has not sent, a flush interval at most while the storage answers. `spool`: what was
   * accepted is in a local file before the next tick ends. `spool` where a spool folder is given, else `memory`.
   */
  readonly durability?: 'memory' | 'spool';
  /** A local folder, best on a disk that outlives the process. */
  readonly spoolFolder?: string;
  /** Of one collector, on the disk; 1 GiB unless told. */
  readonly maxSpoolBytes?: number;
  /** What was accepted is visible after so long at most; 1 second for a folder, 30 for blob storage; a sidecar is told at once. */
  readonly flushMs?: number;
  /** Limits and retries of blob storage, and what `azureml://` addresses mean. */
  readonly storageOptions?: StorageOptions;
}

/** How a collector ends. */
export interface EndOptions {
  /** Ending takes no longer; 5 seconds unless told. */
  readonly shutdownMs?: number;
  /** Whether SIGTERM and SIGINT, and the process's normal end, first flush; unless told, they do. */
  readonly handleSignals?: boolean;
}
