import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { VerifyReport } from '../../../src/convert/verify/report.js';
import type { VerifyOptions } from '../../../src/convert/verify/verify-tree.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { type FakeIo, fakeIo, runFake } from '../fake-io.js';
import { finding, verification, verifiedFile } from '../render/sample-verification.js';

interface Asked {
  options?: VerifyOptions;
}

function verifyingIo(report: VerifyReport, asked: Asked = {}): FakeIo {
  return fakeIo({
    engine: {
      verifyTree: (_source, _destination, options) => {
        asked.options = options;
        return Promise.resolve(report);
      },
    },
  });
}

const clean = verification([verifiedFile()]);
const spoilt = verification([verifiedFile({ findings: 1, different: 1 })], { findings: [finding()] });
const VERIFY = ['verify', 'SRC', 'DEST'];

test('0 says the same, 1 says differences and how to look at one', async () => {
  expect((await runFake(VERIFY, verifyingIo(clean))).status).toBe(0);
  const { status, stdout } = await runFake(VERIFY, verifyingIo(spoilt));
  expect(status).toBe(1);
  expect(stdout).toContain('    mdc-bridge trace ID SRC DEST\n');
});

test('--json prints the report, whatever it says', async () => {
  const { status, stdout } = await runFake([...VERIFY, '--json'], verifyingIo(spoilt));
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(spoilt)));
});

test('a sample has a share and a seed', async () => {
  const asked: Asked = {};
  await runFake([...VERIFY, '--sample', '5%', '--seed', '7'], verifyingIo(clean, asked));
  expect(asked.options?.sample).toEqual({ fraction: 0.05, seed: 7 });
  await runFake([...VERIFY, '--sample', '5%'], verifyingIo(clean, asked));
  expect(asked.options?.sample).toEqual({ fraction: 0.05, seed: 0 });
  await runFake(VERIFY, verifyingIo(clean, asked));
  expect(asked.options).not.toHaveProperty('sample');
});

test('--report writes the page to sign, also of a tree that differs', async () => {
  const path = join(await temporaryFolder(), 'audit.html');
  const { status, stdout } = await runFake([...VERIFY, '--report', path], verifyingIo(spoilt));
  expect(status).toBe(1);
  expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>.*NOT the same.*<\/html>\n$/s);
  expect(stdout).toContain(path);
});
