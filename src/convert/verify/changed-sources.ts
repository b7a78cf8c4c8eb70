import type { StoppedCollection } from '../plan-file.js';
import type { Finding, VerifiedFile } from './report.js';
import type { VerifyTask } from './verify-task.js';

/** A data file that the plan does not have. */
export function unplanned(name: string): Finding {
  const text = 'the source is not in the plan: it came after the conversion. Convert again';
  return { mark: '-', rows: 0, text, source: { name }, differences: [] };
}

export function notFollowed({ why }: StoppedCollection): Finding {
  const text =
    `sync has stopped ${why}. What came for it since is not converted. Sync again with --on-type-change string, ` +
    'or with a --plan that decides it';
  return { mark: '-', rows: 0, text, differences: [] };
}

/** A source that an earlier run converted, and that the last run's plan leaves out. */
export function notPlannedAnyMore(name: string): Finding {
  const text =
    'an earlier run converted this source, but the plan in DEST leaves it out, so its events are not proved. ' +
    'Convert again without --include and --exclude';
  return { mark: '!', rows: 0, text, source: { name }, differences: [] };
}

export function gone({ source, outputs }: VerifyTask): Finding {
  const text = `the source is gone: its ${outputs.length} event files can't be proved`;
  return { mark: '+', rows: 0, text, source: { name: source }, differences: [] };
}

export function changed({ source, size }: VerifyTask, now: number): Finding {
  const text = `the source has changed since it was planned: it had ${size} bytes and has ${now}. Convert again`;
  const differences = [{ column: 'size', legacy: String(now), v2: String(size) }];
  return { mark: '*', rows: 0, text, source: { name: source }, differences };
}

/** A source that is not there: nothing was compared. */
export function absentFile({ source }: VerifyTask): VerifiedFile {
  const counts = {
    same: 0,
    lost: 0,
    extra: 0,
    different: 0,
    unreadable: 0,
    outOfRange: 0,
    existing: 0,
    inferred: 0,
    events: 0,
  };
  const lines = { lines: 0, exploded: 0, headers: 0, blanks: 0, rowsOut: 0 };
  return {
    source,
    size: 0,
    sha256: '',
    ...lines,
    ...counts,
    rejected: {},
    balanced: true,
    outputs: [],
    findings: 1,
  };
}
