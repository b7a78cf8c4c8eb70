import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTAINER_NAMES, FIXTURES, legacyFolder, readFolder } from '../../support/golden.js';
import { bothPaths, expectTheSame, type Options } from './both-paths.js';
import { mutate, Random, type RandomFile, randomCase, randomChunks } from './random-files.js';

/** Set by `npm run fuzz`; the long suite runs for less, from a seed of its own. */
const SECONDS = Number(process.env['MDC_FUZZ_SECONDS'] ?? 30);
const SEED = Number(process.env['MDC_FUZZ_SEED'] ?? 20181230);

test(
  `kernel and reference agree on whatever seed ${SEED} makes`,
  async () => {
    const golden = await goldenFiles();
    const deadline = performance.now() + SECONDS * 1000;
    const taken = { census: 0, conversion: 0, of: 0, rows: 0 };
    const findings: string[] = [];
    for (let n = 0; performance.now() < deadline && findings.length < 10; n += 1) {
      const seed = (SEED + Math.imul(n, 0x9e3779b1)) | 0;
      const random = new Random(seed);
      const { content, options } = random.chance(0.5) ? randomCase(random) : goldenCase(random, golden);
      const failure = await failureOf(content, options);
      if (failure instanceof Error) {
        findings.push(`seed ${seed}: ${await keep(seed, content, options, failure)}`);
        continue;
      }
      taken.of += 1;
      taken.rows += failure.conversion.reference.result.lines;
      if (failure.census.kernel !== undefined) taken.census += 1;
      if (failure.conversion.kernel !== undefined) taken.conversion += 1;
    }
    console.log(`fuzz: seed ${SEED}, ${JSON.stringify(taken)}`);
    expect(findings).toEqual([]);
    expect(taken.conversion).toBeGreaterThan(0);
  },
  (SECONDS + 120) * 1000,
);

async function goldenFiles(): Promise<(readonly [name: string, content: Buffer])[]> {
  const folders = await Promise.all(CONTAINER_NAMES.map((name) => readFolder(legacyFolder(name))));
  return folders.flatMap((folder) => [...folder].filter(([name]) => name.endsWith('.csv')));
}

function goldenCase(random: Random, golden: readonly (readonly [string, Buffer])[]): RandomFile {
  const [name, whole] = random.pick(golden);
  const header = whole.indexOf('\n') + 1;
  // Some thousand bytes after the header are as good as the whole file, and quicker.
  const start = whole.indexOf('\n', header + random.below(Math.max(1, whole.length - header))) + 1 || header;
  const end =
    whole.indexOf('\n', start + random.below(random.pick([1000, 5000, 50_000]))) + 1 || whole.length;
  const content = mutate(random, Buffer.concat([whole.subarray(0, header), whole.subarray(start, end)]));
  const designation = name.includes('/predictions/') ? 'predictions' : 'inputs';
  return { content, options: { designation, sizes: randomChunks(random, content.length) } };
}

async function failureOf(
  content: Buffer,
  options: Options,
): Promise<Awaited<ReturnType<typeof bothPaths>> | Error> {
  try {
    const both = await bothPaths(content, options);
    expectTheSame(both, '');
    return both;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Leaves the finding, made small, as a fixture that `fixtures.test.ts` runs from now on. */
async function keep(seed: number, content: Buffer, options: Options, failure: Error): Promise<string> {
  const small = await shrink(content, async (part) => (await failureOf(part, options)) instanceof Error);
  const { sizes: _sizes, ...lasting } = options;
  const name = join(FIXTURES, 'fuzz', String(seed >>> 0));
  await mkdir(join(FIXTURES, 'fuzz'), { recursive: true });
  await writeFile(`${name}.csv`, small);
  await writeFile(`${name}.json`, `${JSON.stringify(lasting, null, 1)}\n`);
  return `${name}.csv: ${failure.message.slice(0, 300)}`;
}

/** Leaves out lines, many at first, as long as the rest still fails. */
async function shrink(content: Buffer, fails: (part: Buffer) => Promise<boolean>): Promise<Buffer> {
  let lines = content.toString('latin1').split(/(?<=\n)/);
  const join = (parts: readonly string[]): Buffer => Buffer.from(parts.join(''), 'latin1');
  for (let size = Math.ceil(lines.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < lines.length; ) {
      const rest = lines.toSpliced(at, size);
      if (await fails(join(rest))) lines = rest;
      else at += size;
    }
  }
  return join(lines);
}
