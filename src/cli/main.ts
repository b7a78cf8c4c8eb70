#!/usr/bin/env node
import { readFileSync } from 'node:fs';

/*
 * The process's side of the CLI. Everything else is loaded only when there is something to do: `--version` is asked by
 * scripts and must cost no more than starting Node.
 */
const [, , ...argv] = process.argv;
const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
const { version } = JSON.parse(text) as { version: string };
if (argv[0] === '--version' || argv[0] === '-V') {
  process.stdout.write(`${version}\n`);
} else if (!isNewEnough(process.versions.node)) {
  process.stderr.write(`mdc-bridge: needs Node 22.12 or newer; this is Node ${process.versions.node}\n`);
  process.exitCode = 3;
} else {
  const { runInProcess } = await import('./run-in-process.js');
  process.exitCode = await runInProcess(argv, version);
}

/** Said here, since an older Node would fail somewhere inside in words of its own. */
function isNewEnough(node: string): boolean {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 12);
}
