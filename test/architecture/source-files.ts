import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** What the rules need to know of a source file. Names are relative to `src/`, with `/` between segments. */
export interface SourceFile {
  readonly file: string;
  /** Files of ours that it imports, re-exports or loads dynamically, types included; `../` leads out of `src/`. */
  readonly imports: readonly string[];
  /** Its uses of `console.*` and of the parts of `process` that print or exit, as `line: expression`. */
  readonly outputs: readonly string[];
}

export function readSourceFiles(root: string): SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => parseSourceFile(name, readFileSync(join(root, name), 'utf8')));
}

export function parseSourceFile(file: string, text: string): SourceFile {
  return { file, imports: importsOf(file, text), outputs: outputsOf(file, text) };
}

function importsOf(file: string, text: string): string[] {
  return ts
    .preProcessFile(text)
    .importedFiles.map((imported) => imported.fileName)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts'));
}

const PRINTS_OR_EXITS: ReadonlySet<string> = new Set(['exit', 'exitCode', 'stdout', 'stderr']);

function outputsOf(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const object = node.expression.text;
      const isOutput = object === 'console' || (object === 'process' && PRINTS_OR_EXITS.has(node.name.text));
      if (isOutput) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        found.push(`${line + 1}: ${object}.${node.name.text}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
