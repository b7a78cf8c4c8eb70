import type { VerifiedFile, VerifyTotals } from './report.js';

export function addUpFiles(files: readonly VerifiedFile[]): VerifyTotals {
  const sum = (of: (file: VerifiedFile) => number): number =>
    files.reduce((total, file) => total + of(file), 0);
  const rejected: Record<string, number> = {};
  for (const file of files) {
    for (const [reason, rows] of Object.entries(file.rejected))
      rejected[reason] = (rejected[reason] ?? 0) + rows;
  }
  return {
    files: files.length,
    bytesIn: sum(({ size }) => size),
    bytesOut: sum(({ outputs }) => outputs.reduce((bytes, { size }) => bytes + size, 0)),
    lines: sum(({ lines }) => lines),
    exploded: sum(({ exploded }) => exploded),
    headers: sum(({ headers }) => headers),
    blanks: sum(({ blanks }) => blanks),
    rejected,
    outOfRange: sum(({ outOfRange }) => outOfRange),
    existing: sum(({ existing }) => existing),
    inferred: sum(({ inferred }) => inferred),
    events: sum(({ events }) => events),
    rowsOut: sum(({ rowsOut }) => rowsOut),
    same: sum(({ same }) => same),
    lost: sum(({ lost }) => lost),
    extra: sum(({ extra }) => extra),
    different: sum(({ different }) => different),
    unreadable: sum(({ unreadable }) => unreadable),
    unbalanced: files.filter(({ balanced }) => !balanced).length,
  };
}
