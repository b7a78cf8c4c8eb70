import type { FilePlan, Plan } from '../../convert/plan-file.js';

/** What is told of a reason, or of a set of names: how many files have it, and which is the first. */
interface Told {
  readonly files: number;
  readonly first: string;
}

/** What files have in common and what they come to, added up one by one: a plan may have a million. */
export class FilesSummary {
  files = 0;
  size = 0;
  rows = 0;
  correlated = 0;
  calls = 0;
  blanks = 0;
  /** Beyond each file's first. */
  repeatedHeaders = 0;
  otherIdentity = 0;
  marks = 0;
  rejects = 0;
  /** Some file has a reason to reject rows. */
  hasRejects = false;
  /** Indexes into the plan's names. */
  readonly names: Set<number> = new Set();
  readonly dates: Set<string> = new Set();
  /** `present: why` → the files of that verdict. */
  readonly headers: Map<string, Told> = new Map();
  /** Columns as JSON → the files that have them. */
  readonly widths: Map<string, Told & { readonly columns: readonly string[] }> = new Map();
  /** Reason → rows, in these files. */
  readonly reasons: Map<string, Told & { readonly rows: number }> = new Map();

  add({ source, size, name, date, header, shapes, counts }: FilePlan): void {
    this.files += 1;
    this.size += size;
    this.rows += counts.rows;
    this.correlated += counts.correlated;
    this.calls += counts.calls;
    this.blanks += counts.blanks;
    this.repeatedHeaders += Math.max(0, counts.headers - 1);
    this.otherIdentity += counts.otherIdentity;
    this.marks += counts.bom ? 1 : 0;
    this.names.add(name);
    this.dates.add(date);
    const verdict = `${header.verdict}: ${header.why}`;
    this.headers.set(verdict, oneMore(this.headers.get(verdict), source));
    // A file counts once for the same names, under however many headers.
    for (const [key, columns] of new Map(
      shapes.map((shape) => [JSON.stringify(shape.columns), shape.columns]),
    )) {
      this.widths.set(key, { ...oneMore(this.widths.get(key), source), columns });
    }
    for (const [reason, rows] of Object.entries(counts.rejected)) {
      this.hasRejects = true;
      this.rejects += rows;
      if (rows === 0) continue;
      const before = this.reasons.get(reason);
      this.reasons.set(reason, { ...oneMore(before, source), rows: rows + (before?.rows ?? 0) });
    }
  }
}

function oneMore(before: Told | undefined, source: string): Told {
  return { files: 1 + (before?.files ?? 0), first: before?.first ?? source };
}

/** Of all files of a plan, and of those of each collection. */
export function summariseFiles(plan: Pick<Plan, 'files' | 'collections'>): {
  readonly all: FilesSummary;
  readonly byCollection: readonly FilesSummary[];
} {
  const all = new FilesSummary();
  const byCollection = plan.collections.map(() => new FilesSummary());
  for (const file of plan.files) {
    all.add(file);
    byCollection[file.collection]?.add(file);
  }
  return { all, byCollection };
}
