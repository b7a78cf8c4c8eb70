import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { rehydrateCommand } from '../../../src/cli/render/rehydrate.js';

test('the command lists the archived blobs of the container, or of the folder in it, and moves each to the hot tier', () => {
  const command = rehydrateCommand('https://acct.blob.core.windows.net/modeldata/it%27s here') ?? '';
  // A shell that prints the words of each command, one a line.
  const script = `az() { printf '%s\\n' "$@" >&2; echo name; }; xargs() { printf '%s\\n' "$@" >&2; }; { ${command}; } 2>&1`;
  const words = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\n');
  for (const word of [
    'list',
    'acct',
    'modeldata',
    "it's here/",
    "[?properties.blobTier=='Archive'].name",
    'set-tier',
    'Hot',
  ]) {
    expect(words).toContain(word);
  }
  expect(rehydrateCommand('https://acct.blob.core.windows.net/modeldata')).not.toContain('--prefix');
});

test('a folder of this machine has no archive tier', () => {
  expect(rehydrateCommand('file:///data/modeldata')).toBeUndefined();
});
