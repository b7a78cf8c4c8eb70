import { throwIfAborted } from '../../errors.js';
import type { AuditEvents } from './audit-events.js';
import { cut } from './cut.js';
import { type EventLine, parseEvent } from './event-line.js';
import type { Findings } from './findings.js';
import type { HourFile } from './hour-file.js';
import type { HourFiles } from './hour-files.js';
import type { RejectsFile } from './rejects-file.js';
import type { Finding, VerifiedOutput } from './report.js';
import type { VerifyTask } from './verify-task.js';

/** So many events of a file that must not be there are remembered by name, to say where they belong. */
const MAX_KEYS = 1000;

export interface UnclaimedContext {
  readonly hours: HourFiles;
  readonly events: AuditEvents;
  readonly findings: Findings;
  readonly signal: AbortSignal | undefined;
}

/** Reads what is left of the source's event files, which should be nothing, and gives their checksums. */
export async function reportUnclaimedEvents(
  task: VerifyTask,
  context: UnclaimedContext,
): Promise<{ readonly outputs: VerifiedOutput[]; readonly rows: number }> {
  const outputs: VerifiedOutput[] = [];
  let rows = 0;
  for (const { file, isExpected } of context.hours.all()) {
    throwIfAborted(context.signal);
    const whole = isExpected ? undefined : { events: 0, rows: 0, keys: [] as string[] };
    const { size, sha256 } = await file.end((unclaimed) => {
      for (const event of unclaimed) {
        const { finding, keys } = describeEvent(task, context.events, file, event);
        rows += finding.rows;
        if (whole === undefined || finding.mark === '!') {
          context.findings.add(finding, keys);
          continue;
        }
        whole.events += 1;
        whole.rows += finding.rows;
        if (whole.keys.length < MAX_KEYS) whole.keys.push(...keys);
      }
    });
    const { name } = file.object;
    outputs.push({ name, size, sha256 });
    if (whole !== undefined) {
      const text = `no row of the source belongs in this file: events ${whole.events}, rows ${whole.rows}`;
      context.findings.add(
        {
          mark: '+',
          rows: whole.rows,
          text,
          object: { name },
          differences: [],
          source: { name: task.source },
        },
        whole.keys,
      );
    }
    for (const { finding } of fileFaults(file)) context.findings.add(finding);
  }
  return { outputs, rows };
}

/** What is wrong with the file's lines as such, whatever they hold. */
function* fileFaults(file: HourFile): Generator<{ readonly finding: Finding }, void, void> {
  const { name } = file.object;
  const at = (mark: '*' | '!', line: number, text: string): { readonly finding: Finding } => ({
    finding: { mark, rows: 0, text, object: { name, line }, differences: [] },
  });
  for (const line of file.blanks) yield at('!', line, 'the line is blank: strict readers fail on it');
  const { count, firstLine } = file.outOfOrder;
  if (count > 0) {
    yield at('*', firstLine, `events do not stand in the order of their first rows: ${count} come too late`);
  }
  if (file.unended !== undefined) {
    yield at('!', file.unended, 'the last line has no newline: a reader takes it for half a line');
  }
}

/** Reads what is left of the rejects, which should be nothing. */
export async function reportUnclaimedRejects(
  task: VerifyTask,
  rejects: RejectsFile,
  findings: Findings,
): Promise<VerifiedOutput> {
  for await (const { line, fields } of rejects.unclaimed()) {
    const object = { name: rejects.object.name, line: line.number };
    const offset = fields?.['offset'];
    if (typeof offset === 'number') {
      const text = `the reject is of no row that is set aside: offset ${offset}, reason ${String(fields?.['reason'])}`;
      findings.add({
        mark: '+',
        rows: 0,
        text: cut(text),
        source: { name: task.source, offset },
        object,
        differences: [],
      });
    } else {
      findings.add({ mark: '!', rows: 0, text: "the reject can't be read", object, differences: [] });
    }
  }
  const { name, size } = rejects.object;
  return { name, size, sha256: rejects.sha256() };
}

function describeEvent(
  task: VerifyTask,
  events: AuditEvents,
  file: HourFile,
  { line }: EventLine,
): { readonly finding: Finding; readonly keys: readonly string[] } {
  const place = { source: { name: task.source }, object: { name: file.object.name, line: line.number } };
  const event = parseEvent(line);
  if (typeof event === 'string') {
    const text = `the line can't be read: ${event}`;
    return { finding: { mark: '!', rows: 0, text, ...place, differences: [] }, keys: [] };
  }
  events.register(event, file, true);
  const rows = event.rows?.rows.length ?? 0;
  const name = String(event.values['correlationid'] ?? '');
  const text = `no row of the source asks for this event: ${cut(name)}, with ${rows} rows`;
  return { finding: { mark: '+', rows, text, ...place, differences: [] }, keys: [name] };
}
