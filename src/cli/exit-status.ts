import { type ErrorCode, MdcBridgeError } from '../errors.js';

/**
 * How a run ended, for scripts.
 *
 * | status | when |
 * |---|---|
 * | 0 | done |
 * | 1 | verify found differences, compare did or its gate is not met, trace found nothing or a row without its event, or more rejects than --max-rejects allows |
 * | 2 | wrong usage: nothing was done (`usage`, `plan-file`, `source`) |
 * | 3 | storage or other failure (`storage`, `plan`, `conflict`, `internal`, and all that is no error of ours); no migration for status |
 * | 130 | interrupted (`aborted`) |
 */
export const EXIT = { done: 0, findings: 1, usage: 2, failure: 3, interrupted: 130 } as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

const STATUS_OF: Readonly<Record<ErrorCode, ExitStatus>> = {
  usage: EXIT.usage,
  // A file or folder that the command line names, and that isn't what it is said to be.
  'plan-file': EXIT.usage,
  source: EXIT.usage,
  // The command was right; the tree or DEST needs a decision first.
  plan: EXIT.failure,
  conflict: EXIT.failure,
  storage: EXIT.failure,
  internal: EXIT.failure,
  aborted: EXIT.interrupted,
};

export function exitStatusOf(error: unknown): ExitStatus {
  return error instanceof MdcBridgeError ? STATUS_OF[error.code] : EXIT.failure;
}

/** The table as every help text shows it. */
export const EXIT_STATUS_HELP = `Exit status:
  0    done
  1    verify found differences, compare did or its gate is not met, trace found nothing or a row
       without its event, or convert rejected more rows than --max-rejects allows
  2    wrong usage, a SRC that is no legacy tree, a plan file that can't be used; nothing was done
  3    storage or other failure; also when SRC or DEST needs a decision of yours first, another
       run is at work in DEST, or status finds no migration there
  130  interrupted (SIGINT, SIGTERM)`;
