import type { BlobTarget } from '../collect/delivery/batch.js';

/** What one side makes of a call. */
export type WrittenCall =
  /** A call without rows. */
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'rows';
      readonly target: BlobTarget;
      /** Valid until the side's next call: the store copies them. */
      readonly bytes: Uint8Array;
      readonly rows: number;
      /** To be called if there is no room for them: the sender will send them again. */
      readonly giveBack: () => void;
    };
