import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { library } from '../../src/cli/engine.js';
import type { Plan } from '../../src/convert/plan-file.js';
import type { VerifyReport } from '../../src/convert/verify/report.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { fakeIo, runFake } from './fake-io.js';
import { shown } from './render/shown-lines.js';

const legacy = (path: string): string =>
  fileURLToPath(new URL(`../../fixtures/legacy/${path}`, import.meta.url));
const TREES = [
  'diabetes/modeldata',
  'wide-predictions/modeldata',
  'variants/modeldata',
  'variants/odeldata',
  'variants/other',
];

async function run(...argv: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const workers = argv[0] === 'trace' ? [] : ['--workers', '0'];
  return await runFake([...argv, ...workers], fakeIo({ engine: library }));
}

describe.each(TREES)('%s', (tree) => {
  test('has a plan that reads well in 100 columns, and whole in --json', async () => {
    const { status, stdout, stderr } = await run('plan', legacy(tree));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(shown(stdout.trimEnd().split('\n'))).toContain('joined to their inputs?');
    const plan = JSON.parse((await run('plan', legacy(tree), '--json')).stdout) as Plan;
    expect(plan.kind).toBe('mdc-bridge plan');
  });

  test('converts, verifies and converts again to nothing', async () => {
    const out = join(await temporaryFolder(), 'v2');
    const rejects = ['--max-rejects', '100%', '--quiet'];
    const converted = await run('convert', legacy(tree), out, ...rejects);
    expect({ status: converted.status, stderr: converted.stderr }).toEqual({ status: 0, stderr: '' });
    shown(converted.stdout.trimEnd().split('\n'));
    const verified = await run('verify', legacy(tree), out);
    expect({ status: verified.status, stdout: shown(verified.stdout.trimEnd().split('\n')) }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('The same on both sides: '),
    });
    expect((await run('convert', legacy(tree), out, ...rejects)).stdout).toContain('Nothing left to do');
  });
});

test('a plan edited by hand is given back to convert, and verify follows it', async () => {
  const folder = await temporaryFolder();
  const [plan, out] = [join(folder, 'plan.json'), join(folder, 'v2')];
  const source = legacy('diabetes/modeldata');
  expect((await run('plan', source, '--out', plan, '--quiet')).status).toBe(0);
  expect((await run('convert', source, out, '--plan', plan)).status).toBe(0);
  const { stdout } = await run('verify', source, out, '--json');
  expect((JSON.parse(stdout) as VerifyReport).ok).toBe(true);
});

test('one call is found by the id of its event, in every collection', async () => {
  const out = join(await temporaryFolder(), 'v2');
  const source = legacy('diabetes/modeldata');
  await run('convert', source, out);
  const { status, stdout } = await run('trace', '646764d8-4cfa-8d81-8188-c0e82b95f9be', source, out);
  expect(status).toBe(0);
  const text = shown(stdout.trimEnd().split('\n'));
  expect(text).toContain('call  55f7799d-32f9-484e-914a-289de6950b83');
  expect(text).toMatch(/^ {8}zip +33432 +"33432"$/m);
  expect(text).toContain('aks-credit / credit-risk-3 / model_outputs (1 row, 1 event)');
});

test('wrong places are told in words', async () => {
  const absent = await run('plan', '/no/such/folder');
  expect(absent).toMatchObject({ status: 2, stdout: '' });
  expect(absent.stderr).toMatch(/^mdc-bridge: SRC .*\n(.*\n)*→ /);
  const nested = await run('convert', legacy('diabetes/modeldata'), join(legacy('diabetes/modeldata'), 'v2'));
  expect(nested).toMatchObject({ status: 2, stdout: '' });
  const unconverted = await run('verify', legacy('diabetes/modeldata'), await temporaryFolder());
  expect(unconverted).toMatchObject({ status: 3, stdout: '' });
  expect(unconverted.stderr).toContain('→ ');
});
