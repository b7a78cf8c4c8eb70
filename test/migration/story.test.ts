import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';
import { firstMissing, makeStory } from './story.js';
import { StoryShell } from './story-shell.js';

const PATH = { PATH: process.env['PATH'] ?? '' };

test('what a step must print is looked for in its order, whole lines, with anything for an ellipsis', () => {
  const output = 'one  1\u202f705 rows\ntwo\nthree\n';
  expect(firstMissing(output, ['one  1 705 rows', 'three'])).toBeUndefined();
  expect(firstMissing(output, ['one … rows'])).toBeUndefined();
  expect(firstMissing(output, ['three', 'two'])).toBe('two');
  expect(firstMissing(output, ['two', 'two'])).toBe('two');
  expect(firstMissing(output, ['hree'])).toBe('hree');
  expect(firstMissing(output, ['t.o'])).toBe('t.o');
});

test('a block of commands has what the next block says that it prints, and nothing else has', () => {
  const block = { name: undefined, line: 1, followsBlock: true };
  const sh = { ...block, language: 'sh', text: 'a\n' };
  const printed = { ...block, language: 'text', text: 'b\nc\n' };
  expect(makeStory([sh, printed, sh, { ...printed, followsBlock: false }])).toEqual([
    { kind: 'sh', line: 1, text: 'a\n', prints: ['b', 'c'] },
    { kind: 'sh', line: 1, text: 'a\n', prints: [] },
  ]);
});

test('what one step sets is there for the next one, and the first command that fails ends the story', async () => {
  const folder = await temporaryFolder();
  const shell = new StoryShell(folder, folder, PATH);
  expect(await shell.run('x=1\necho to stderr >&2\n')).toEqual({ ok: true, output: 'to stderr\n' });
  expect(await shell.run('echo $x\nfalse | true\necho never\n')).toEqual({ ok: false, output: '1\n' });
  expect((await shell.run('echo $x\n')).ok).toBe(false);
  await shell.end();
});
