import { murmur3x86128 } from '../../event/event-id.js';
import type { Finding } from './report.js';

/** A finding whose text may still be added to. */
interface Entry {
  finding: Finding;
  /** What is lost or extra here, by hash. */
  readonly keys: ReadonlySet<string>;
}

/**
 * What was found, up to a limit; beyond it findings are only counted. What is lost in one place and extra in another is one
 * thing moved: both findings say so.
 */
export class Findings {
  count = 0;
  readonly #limit: number;
  readonly #entries: Entry[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `keys` are texts that the same row or event would have elsewhere. */
  add(finding: Finding, keys: readonly string[] = []): void {
    this.count += 1;
    if (this.#entries.length >= this.#limit) return;
    this.#entries.push({ finding, keys: new Set(keys.map(hash)) });
  }

  /** In the order of the source, what is only in the v2 tree last. */
  list(): Finding[] {
    this.#linkMoved();
    const findings = this.#entries.map(({ finding }) => finding);
    return findings.sort((a, b) => (a.source?.offset ?? Infinity) - (b.source?.offset ?? Infinity) || 0);
  }

  #linkMoved(): void {
    const lost = new Map<string, Entry>();
    for (const entry of this.#entries) {
      if (entry.finding.mark === '-') for (const key of entry.keys) lost.set(key, entry);
    }
    const linked = new Set<Entry>();
    for (const extra of this.#entries) {
      if (extra.finding.mark !== '+') continue;
      for (const key of extra.keys) {
        const from = lost.get(key);
        if (from === undefined || linked.has(from)) continue;
        linked.add(from);
        link(from, extra);
      }
    }
  }
}

function link(lost: Entry, extra: Entry): void {
  lost.finding = {
    ...lost.finding,
    text: `${lost.finding.text}; it was moved to ${describe(extra.finding)}`,
  };
  extra.finding = {
    ...extra.finding,
    text: `${extra.finding.text}; it was moved here from ${describe(lost.finding)}`,
  };
}

function describe({ object }: Finding): string {
  if (object === undefined) return 'elsewhere';
  return object.line === undefined ? object.name : `${object.name} line ${object.line}`;
}

function hash(text: string): string {
  const [a = 0, b = 0, c = 0] = murmur3x86128(Buffer.from(text, 'utf8').toString('latin1'));
  return `${a}.${b}.${c}`;
}
