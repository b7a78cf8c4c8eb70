import { type ConvertTask, makeConvertTask } from '../convert/convert-task.js';
import { type LastPart, withLastPart } from '../convert/followed-parts.js';
import type { Journal } from '../convert/journal.js';
import type { FilePlan, Plan, Split } from '../convert/plan-file.js';
import { namesOf, removeOthers } from '../convert/remove-others.js';
import type { FrozenParts, SourceResult } from '../convert/report.js';
import { addCounts, type SourceCounts, zeroCounts } from '../convert/source-counts.js';
import type { Pool } from '../convert/worker-pool.js';
import { instanceName } from '../event/event-path.js';
import type { Storage } from '../storage/storage.js';
import type { FollowedSource } from './followed-source.js';

export interface ConvertGrowthContext {
  readonly plan: Plan;
  readonly journal: Journal;
  readonly pool: Pool;
  readonly source: Storage;
  readonly destination: Storage;
  readonly signal: AbortSignal;
}

/** What is to be converted of a source. */
export interface Growth {
  readonly file: FilePlan;
  readonly followed: FollowedSource;
  readonly end: number;
  /** See `ConvertTask.refuse`. */
  readonly refuse: readonly string[];
}

const NOTHING: FrozenParts = { starts: [], sha256: '', counts: zeroCounts(), outputs: [] };

/** Of what decides the bytes of every part. Which ids come back changes with each part, and changes none before it. */
export function decisionsOf(plan: Plan, file: FilePlan): string {
  return makeConvertTask(plan, { ...file, recurring: [] }).fingerprint;
}

/**
 * Converts a source's last part again, from its start to where it has settled now. Its files are replaced by such as begin with the
 * same events: whatever a kill leaves, the next pass makes whole. Where the part has become large, it is done for good first, and
 * what follows goes to the next one.
 *
 * @throws MdcBridgeError `plan` if a row is rejected for one of the refused reasons: nothing of it is visible then.
 */
export async function convertGrowth(growth: Growth, context: ConvertGrowthContext): Promise<SourceResult> {
  const conversion = new PartConversion(growth, context);
  const { cut } = growth.followed.blob.runs;
  if (cut !== undefined && cut.offset < growth.end) await conversion.freezeAt(cut);
  return await conversion.convertLast();
}

class PartConversion {
  readonly #growth: Growth;
  readonly #context: ConvertGrowthContext;
  readonly #task: ConvertTask;
  readonly #decisions: string;
  readonly #before: SourceResult | undefined;
  #frozen: FrozenParts;

  constructor(growth: Growth, context: ConvertGrowthContext) {
    const { file, followed, end, refuse } = growth;
    const { blob } = followed;
    this.#growth = growth;
    this.#context = context;
    this.#before = context.journal.sources.get(file.source);
    this.#decisions = decisionsOf(context.plan, file);
    this.#task = {
      ...makeConvertTask(context.plan, { ...grown(file, blob.runs.recurring), size: end, etag: blob.etag }),
      refuse,
    };
    this.#frozen = this.#before?.followed?.frozen ?? NOTHING;
    const isDecidedSo = this.#before?.followed?.decisions === this.#decisions;
    if (!followed.isAnew && !blob.runs.isTorn && isDecidedSo) return;
    // Until it is done: a try that fails has cut nothing.
    followed.isAnew = true;
    if (this.#frozen.starts.length > 0) blob.thaw();
    this.#frozen = NOTHING;
  }

  /** The last part ends there, for good. */
  async freezeAt(cut: Split): Promise<void> {
    const { journal, plan, source, signal } = this.#context;
    const { blob } = this.#growth.followed;
    const { runs } = blob;
    // What was thawed has no cut any more.
    if (runs.cut !== cut) return;
    const done = await this.#convert(cut.offset);
    if (runs.isPacked && Object.keys(done.rejected).length > 0) {
      runs.forbidCuts();
      return;
    }
    await blob.freeze(source, cut, signal);
    this.#frozen = {
      starts: [...this.#frozen.starts, cut],
      sha256: blob.frozenSha256,
      counts: addCounts(this.#frozen.counts, done),
      outputs: [...this.#frozen.outputs, ...done.outputs],
    };
    // Known before the next part's first file is there.
    const instance = instanceName(plan.source.container, this.#task.source, this.#frozen.starts.length);
    const frozen = withLastPart(this.#frozen, this.#lastPart(NO_ROWS, cut.offset), this.#decisions);
    await journal.append({ kind: 'claim', instances: [instance] }, { kind: 'source', ...frozen });
  }

  async convertLast(): Promise<SourceResult> {
    const { journal, destination } = this.#context;
    const { followed, end } = this.#growth;
    const last = this.#lastPart(await this.#convert(end), end);
    const result = withLastPart(this.#frozen, last, this.#decisions);
    // Parts that are done for good need not be written down again and again.
    journal.note(this.#isWritten() ? { kind: 'growth', ...last } : { kind: 'source', ...result });
    await removeOthers(destination, namesOf(this.#before), result.outputs);
    followed.isAnew = false;
    followed.isSpoilt = false;
    followed.blob.runs.keepBefore(end);
    return result;
  }

  async #convert(end: number): Promise<SourceResult> {
    const { starts } = this.#frozen;
    const { offset, ordinal }: Split = starts.at(-1) ?? { offset: 0, ordinal: 0 };
    const part = { index: starts.length, start: offset, ordinal };
    return await this.#context.pool.run({ kind: 'convert', task: { ...this.#task, size: end, part } });
  }

  #lastPart(done: SourceCounts & Pick<SourceResult, 'outputs'>, size: number): LastPart {
    const { source, fingerprint } = this.#task;
    const { followed } = this.#growth;
    const { seen, etag } = followed.blob;
    const counts = addCounts(done);
    return { source, size, etag, fingerprint, counts, outputs: done.outputs, seen, grew: followed.grew };
  }

  /** Whether the journal knows of the parts that are done for good. */
  #isWritten(): boolean {
    const known = this.#context.journal.sources.get(this.#task.source)?.followed;
    const { starts, sha256 } = this.#frozen;
    return (
      known?.decisions === this.#decisions &&
      known.frozen.sha256 === sha256 &&
      known.frozen.starts.length === starts.length
    );
  }
}

const NO_ROWS = { ...zeroCounts(), outputs: [] };

/** What the plan says of a source by what was seen of it since: calls came back, or none did. */
export function grown(file: FilePlan, recurring: ReadonlySet<string>): FilePlan {
  const { adjacent: _adjacent, splits: _splits, ...rest } = file;
  const ids = [...recurring].sort();
  return { ...rest, recurring: ids, ...(ids.length === 0 ? { adjacent: true as const } : {}) };
}
