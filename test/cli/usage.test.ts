import { describe, expect, test } from 'vitest';
import { textWidth } from '../../src/cli/render/text-width.js';
import { runFake } from './fake-io.js';

const COMMANDS = [
  'plan',
  'convert',
  'sync',
  'status',
  'verify',
  'trace',
  'compare',
  'emit',
  'spool',
  'serve',
];

describe('help', () => {
  test.each([
    [['--help']],
    ...COMMANDS.map((name) => [[name, '--help']]),
    ...COMMANDS.map((name) => [['help', name]]),
  ])('%j goes to stdout, ends with 0, and has no line over 100 columns', async (argv) => {
    const { status, stdout, stderr } = await runFake(argv);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Usage: mdc-bridge');
    for (const line of stdout.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(100);
  });

  test.each(COMMANDS)(
    'of %s has an example, the exit statuses, and the options of every command',
    async (name) => {
      const { stdout } = await runFake([name, '--help']);
      expect(stdout).toContain(`  mdc-bridge ${name} `);
      expect(stdout).toContain('Exit status:\n  0    done\n  1    verify found differences');
      for (const flag of ['--json', '--quiet', '--no-color', '--help']) expect(stdout).toContain(flag);
    },
  );

  test('lists every command', async () => {
    const { stdout } = await runFake(['--help']);
    for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });
});

describe('wrong usage ends with 2, one line on stderr and what was meant', () => {
  test.each([
    [['conver', 'a', 'b'], "mdc-bridge: unknown command 'conver'\n→ did you mean convert?\n"],
    [['plan', 'a', '--wrokers', '2'], "mdc-bridge: unknown option '--wrokers'\n→ did you mean --workers?\n"],
    [['plan', 'a', '--jsno'], "mdc-bridge: unknown option '--jsno'\n→ did you mean --json?\n"],
    [['plan'], "mdc-bridge: missing required argument 'SRC'\n→ mdc-bridge --help shows what there is\n"],
    [
      ['verify', 'a', 'b', 'c'],
      "mdc-bridge: too many arguments for 'verify'. Expected 2 arguments but got 3: a, b, c.\n→ mdc-bridge --help shows what there is\n",
    ],
    [
      ['plan', 'a', '--workers'],
      "mdc-bridge: option '--workers <n>' argument missing\n→ mdc-bridge --help shows what there is\n",
    ],
    [
      ['plan', 'a', '--workers', 'many'],
      'mdc-bridge: --workers can\'t be "many"\n→ give a whole number from 0 to 256\n',
    ],
  ])('%j', async (argv, message) => {
    expect(await runFake(argv)).toEqual({ status: 2, stdout: '', stderr: message });
  });

  test('no command at all shows the help on stderr', async () => {
    const { status, stdout, stderr } = await runFake([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Usage: mdc-bridge <command> [options]');
  });
});

test.each([[['--version']], [['-V']], [['plan', '--version']]])('%j prints the version', async (argv) => {
  expect(await runFake(argv)).toEqual({ status: 0, stdout: '1.2.3\n', stderr: '' });
});
