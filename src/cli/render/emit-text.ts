import type { EmitReport } from '../../convert/emit.js';
import { heading, nextSteps, type Page, paragraph, shellQuoted, warning } from './page.js';
import { renderTable } from './table.js';
import { counted } from './units.js';

/** What was written, what is to be filled in, and what to do then. */
export function emitText(report: EmitReport, page: Page): string[] {
  const { files, out, root, leftOut, unfinished } = report;
  return [
    ...heading(`${counted(files.length, 'file')} in ${out}`, page),
    ...paragraph(`the converted tree is taken to lie at ${root}`, page, 2),
    ...leftOut.flatMap(({ what, why }) => paragraph(`left out: ${what}: ${why}`, page, 2)),
    ...unfinished.flatMap(({ sourceId, sourcesLeft }) =>
      warning(
        `${sourceId}: ${counted(sourcesLeft, 'source')} not converted yet, so the history is not whole`,
        page,
      ),
    ),
    ...toFillText(report, page),
    ...nextSteps(nextCommands(report), page),
  ];
}

function toFillText({ toFill, out }: EmitReport, page: Page): string[] {
  if (toFill.length === 0) return [];
  const rows = toFill.map(({ placeholder, what, files }) => [
    placeholder,
    what,
    counted(files.length, 'file'),
  ]);
  return [
    ...paragraph(`→ what to fill in, wherever it stands below ${out}:`, page),
    ...renderTable([{}, { fit: 'wrap', least: 30 }, {}], rows, { ...page, indent: 4 }),
  ];
}

/** In the order in which Azure ML needs them: a monitor's assets first. */
function nextCommands({ files, out, workspace }: EmitReport): [string, string][] {
  const folder = shellQuoted(out.replace(/(?<=.)\/+$/, ''));
  const where = `--subscription ${workspace.subscription} --resource-group ${workspace.resourceGroup} --workspace-name ${workspace.name}`;
  const each = (pattern: string, command: string): string =>
    `for f in ${folder}/${pattern}; do ${command} --file "$f" ${where}; done`;
  const has = (kind: EmitReport['files'][number]['kind']): boolean =>
    files.some((file) => file.kind === kind);
  return [
    ...step(has('data'), 'to register the data assets:', each('*/data/*.yml', 'az ml data create')),
    ...step(
      has('deployment'),
      'to deploy, once its endpoint is there (az ml online-endpoint create):',
      each('*/deployment.yml', 'az ml online-deployment create'),
    ),
    ...step(
      has('monitor'),
      'to monitor, once live data has been collected:',
      each('*/monitor.yml', 'az ml schedule create'),
    ),
  ];
}

function step(isThere: boolean, say: string, command: string): [string, string][] {
  return isThere ? [[say, command]] : [];
}
