import type { StoredObject } from '../../storage/storage.js';

/** An event file that live collection writes. */
export interface LiveFile extends StoredObject {
  /** `yyyy/MM/dd/HH` */
  readonly hour: string;
  readonly instance: string;
}
